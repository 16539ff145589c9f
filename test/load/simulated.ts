import type { ChildProcess } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { startHomeserver, writeDataDir } from '../homeserver/index.ts'
import { temporaryFolder } from '../synapse/child.ts'
import { none, report, runAndCompare } from './compare.ts'

/**
 * Over 10,000 commands on the simulated server: two operators, one with a batch of 10,000 lines, both with small ones, and with
 * single commands one after another, all at the same time. What the bot wrote is kept as it was before anybody redacted it.
 */
const batches = [10_000, 100, 100, 100]
const created = batches.reduce((sum, count) => sum + count)
const loops = 4
const perLoop = 50
/** MB of memory that the batch of 10,000 lines may take at most. */
const mostMemory = 120

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
  let memory = 0
  const watch = (child: ChildProcess) => {
    const look = setInterval(() => {
      const status = child.exitCode === null ? readFileSync(`/proc/${child.pid}/status`, 'utf8') : ''
      memory = Math.max(memory, Number(/VmHWM:\s+(\d+)/.exec(status)?.[1] ?? 0) / 1024)
    }, 100)
    child.once('exit', () => clearInterval(look))
  }
  const batch = async (count: number, number: number) => {
    const input = Array.from({ length: count }, (_, at) => `b${number}u${at}\n`).join('')
    const args = ['create', '--from', '-', '--json', '--timeout', '60']
    const options = { input, ...(number === 0 ? { started: watch } : {}) }
    await runAndCompare(tally, envs[number % 2] ?? {}, args, count, answerTo, options)
  }
  const loop = async (number: number) => {
    const env = envs[number % 2] ?? {}
    hs.addAccount(`loop${number}`)
    for (let round = 0; round < perLoop; round++) {
      const name = round % 2 === 0 ? 'suspend' : 'unsuspend'
      await runAndCompare(tally, env, [name, `loop${number}`, '--json', '--timeout', '60'], 1, answerTo)
    }
  }
  await Promise.all([...batches.map(batch), ...Array.from({ length: loops }, (_, number) => loop(number))])
  clearInterval(collecting)
  if (!report('simulated', tally, created + loops * perLoop, began)) process.exitCode = 1
  const accounts = hs.accounts.size
  console.log(
    `${accounts} accounts, ${created} of them created here; ${batches[0]} lines took ${Math.round(memory)} MB`,
  )
  if (accounts < created || memory === 0 || memory > mostMemory) process.exitCode = 1
} finally {
  await hs.close()
  folder.remove()
}
