import type { CommandFault, Homeserver } from '../homeserver/index.ts'
import { brief, hostileText } from './behaviours/texts.ts'
import type { Random } from './random.ts'

/** Something that happens in the admin room around each command. */
export function drawRoomTrouble(random: Random, homeserver: Homeserver): { name: string; fault: CommandFault } {
  const who = random.pick(['the bot', 'the operator', 'a colleague'])
  const colleague = `@colleague:${homeserver.serverName}`
  const sender = { 'the bot': homeserver.bot, 'the operator': homeserver.operator.mxid }[who] ?? colleague
  const text = hostileText(random)
  const times = random.pick([1, 1, 2, 60])
  const line = { sender, body: random.chance(0.3) ? `!admin ${text}` : text, times }
  const fault = random.pick<CommandFault>([
    { kind: 'before', lines: [line] },
    { kind: 'after', lines: [line] },
    { kind: 'after', lines: [{ ...line, replies: true }] },
    { kind: 'silent' },
    { kind: 'silent', execute: true },
    { kind: 'delay', ms: random.pick([5, 50, 300, 600]) },
    { kind: 'reply-without-relation' },
    { kind: 'reply-as-file' },
    { kind: 'reply-unbuildable' },
    { kind: 'reply-redacted' },
  ])
  const told = 'lines' in fault ? ` ${times} × ${who}: ${brief(line.body)}` : ''
  return { name: `room: ${fault.kind}${told}`, fault }
}
