import { join } from 'node:path'
import { startHomeserver, writeDataDir } from '../homeserver/index.ts'
import { temporaryFolder } from '../synapse/child.ts'
import { none, report, runAndCompare } from './compare.ts'

/**
 * 10,000 commands on the simulated server: two operators, each with batches, and with single commands one after another, all at
 * the same time. What the bot wrote is kept as it was before anybody redacted it.
 */
const batches = 8
const perBatch = 1200
const loops = 4
const perLoop = 100

const began = Date.now()
const hs = await startHomeserver()
const folder = temporaryFolder('load')
const tally = none()
try {
  const second = hs.addOperator('carol')
  const envs = [
    writeDataDir(hs, join(folder.path, 'admin')).env,
    writeDataDir(hs, join(folder.path, 'carol'), {
      ADMIN_USER: 'carol',
      ADMIN_MXID: second.mxid,
      ADMIN_PASS: second.password,
      ADMIN_TOKEN: second.token,
    }).env,
  ]
  const answers = new Map<string, string>()
  const collect = () => {
    for (const { sender, content } of hs.room.events.slice(-400)) {
      const relation = content['m.relates_to'] as { 'm.in_reply_to': { event_id: string } } | undefined
      if (sender === hs.bot && relation) answers.set(relation['m.in_reply_to'].event_id, String(content.body))
    }
  }
  const answerTo = (eventId: string) => answers.get(eventId)
  const collecting = setInterval(collect, 2)
  const batch = async (number: number) => {
    const users = Array.from({ length: perBatch }, (_, at) => `b${number}u${at}\n`).join('')
    const args = ['create', '--from', '-', '--json', '--timeout', '60']
    await runAndCompare(tally, envs[number % 2] ?? {}, args, perBatch, answerTo, users)
  }
  const loop = async (number: number) => {
    const env = envs[number % 2] ?? {}
    hs.addAccount(`loop${number}`)
    for (let round = 0; round < perLoop; round++) {
      const name = round % 2 === 0 ? 'suspend' : 'unsuspend'
      await runAndCompare(tally, env, [name, `loop${number}`, '--json', '--timeout', '60'], 1, answerTo)
    }
  }
  await Promise.all([
    ...Array.from({ length: batches }, (_, number) => batch(number)),
    ...Array.from({ length: loops }, (_, number) => loop(number)),
  ])
  clearInterval(collecting)
  if (!report('simulated', tally, batches * perBatch + loops * perLoop, began)) process.exitCode = 1
  const accounts = hs.accounts.size
  console.log(`${accounts} accounts, ${batches * perBatch} of them created here`)
  if (accounts < batches * perBatch) process.exitCode = 1
} finally {
  await hs.close()
  folder.remove()
}
