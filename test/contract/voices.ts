import type { Homeserver } from '../homeserver/index.ts'

/** Makes the bot write a line besides before it answers a deactivation, as some servers do by themselves. */
export function letBotTalk({ faults, release, bot }: Homeserver): void {
  const lines = [{ sender: bot }]
  if (!release.announcesLeaving) faults.onCommand({ line: /deactivate/ }, { kind: 'after', lines })
}
