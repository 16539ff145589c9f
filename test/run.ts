import { spawnSync } from 'node:child_process'
import { mkdirSync, readFileSync, rmSync } from 'node:fs'

/** Runs the tests named by the arguments (all without any), shows what failed or was skipped, and sums up in one last line. */
const report = 'dist/test.tap'
mkdirSync('dist', { recursive: true })
rmSync(report, { force: true })
const tap = ['--no-install', 'tap', '--reporter=silent', `--output-file=${report}`, ...process.argv.slice(2)]
const { status } = spawnSync('npx', tap, { stdio: 'inherit', env: { ...process.env, npm_config_loglevel: 'error' } })

const lines = readFileSync(report, 'utf8').split('\n')
let depth: number | undefined
for (const line of lines) {
  const indent = line.search(/\S/)
  if (/^ *not ok /.test(line)) depth = indent
  else if (depth !== undefined && indent >= 0 && indent <= depth) depth = undefined
  if (depth !== undefined || / # SKIP/.test(line) || /^ok .*\.test\.ts/.test(line)) console.log(line)
}
const totals = lines.find((line) => line.startsWith('# { total: ')) ?? ''
const count = (name: string) => Number(new RegExp(`\\b${name}: (\\d+)`).exec(totals)?.[1] ?? 0)
// A file that ended wrongly failed too, whatever it counted.
const failed = Math.max(count('fail'), lines.filter((line) => /^ *not ok /.test(line)).length, status === 0 ? 0 : 1)
console.log(`${count('pass')} passed, ${failed} failed, ${count('skip') + count('todo')} skipped`)
process.exit(failed === 0 && count('pass') > 0 ? 0 : 1)
