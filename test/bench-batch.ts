import { spawnSync } from 'node:child_process'
import { openSync } from 'node:fs'

const count = 500

/** Seconds to create 500 accounts in one batch, and how many times the server's own time that is. */
export function batchTable(binary: string, env: Record<string, string>, commandMs: number) {
  const input = Array.from({ length: count }, (_, number) => `bench${number}\n`).join('')
  const start = process.hrtime.bigint()
  const { status } = spawnSync(binary, ['create', '--from', '-'], {
    env: { PATH: '/bin', HOME: '/nonexistent', ...env },
    input,
    stdio: ['pipe', openSync('/dev/null', 'w'), 'inherit'],
  })
  if (status !== 0) throw new Error(`create --from ended with ${status}`)
  const seconds = Number(process.hrtime.bigint() - start) / 1e9
  const times = (seconds / ((count * commandMs) / 1000)).toFixed(3)
  return {
    [`create --from, ${count} at ${commandMs} ms, ${times} times the server's time`]: { seconds: seconds.toFixed(2) },
  }
}
