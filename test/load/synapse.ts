import { join } from 'node:path'
import { startSynapseBed } from '../synapse/bed.ts'
import { temporaryFolder } from '../synapse/child.ts'
import { writeDataDir } from '../synapse/data-dir.ts'
import { Hand, path } from '../synapse/http.ts'
import { none, report, runAndCompare } from './compare.ts'

/**
 * 1,000 commands on a real Synapse, by forty operators at once: its limit of messages, which stays on, lets each send ten and
 * then one in five seconds. What the bot answered is asked of the server afterwards. EACH: commands of one operator.
 */
const operators = 40
const perOperator = Number(process.env.EACH || 25)

const bed = await startSynapseBed()
const folder = temporaryFolder('load')
const tally = none()
try {
  const envs = []
  for (let number = 0; number < operators; number++) {
    const operator = await bed.addOperator(`load${number}`)
    envs.push(writeDataDir(bed, join(folder.path, operator.localpart), operator).env)
  }
  const began = Date.now()
  const hand = new Hand(bed.url, bed.operator.token)
  const answers = new Map<string, string>()
  const answerTo = async (eventId: string) => {
    if (!answers.has(eventId)) await readRoom(hand, bed.roomId, answers)
    return answers.get(eventId)
  }
  await Promise.all(
    envs.map((env, number) => {
      const users = Array.from({ length: perOperator }, (_, at) => `o${number}u${at}\n`).join('')
      const args = ['create', '--from', '-', '--json', '--keep-reply', '--timeout', '240']
      return runAndCompare(tally, env, args, perOperator, answerTo, { input: users })
    }),
  )
  if (!report('Synapse', tally, operators * perOperator, began)) process.exitCode = 1
} finally {
  await bed.close()
  folder.remove()
}

/** Every reply of the room by the command that it answers. */
async function readRoom(hand: Hand, roomId: string, answers: Map<string, string>): Promise<void> {
  let from: string | undefined
  do {
    const query = { dir: 'b', limit: '1000', ...(from === undefined ? {} : { from }) }
    const page = await hand.ask('GET', path`/_matrix/client/v3/rooms/${roomId}/messages`, { query })
    for (const { content } of page.chunk as { content: Record<string, unknown> }[]) {
      const relation = content['m.relates_to'] as { 'm.in_reply_to'?: { event_id: string } } | undefined
      if (relation?.['m.in_reply_to']) answers.set(relation['m.in_reply_to'].event_id, String(content.body))
    }
    from = page.end as string | undefined
  } while (from !== undefined)
}
