import { spawnSync } from 'node:child_process'
import { mkdirSync, readFileSync } from 'node:fs'

/** Runs the tests named by the arguments (all without any) and ends with one line that sums up. */
const report = 'dist/test.tap'
mkdirSync('dist', { recursive: true })
const tap = ['--no-install', 'tap', '--reporter=terse', `--output-file=${report}`, ...process.argv.slice(2)]
const { status } = spawnSync('npx', tap, { stdio: 'inherit' })

const text = readFileSync(report, 'utf8')
for (const skipped of new Set(text.match(/^.*# SKIP.*$/gm)))
  console.log(skipped.trim().replace(/^ok \d+ - /, 'skipped: '))
const totals = text.match(/^# \{ total: .* \}$/m)?.[0] ?? ''
const count = (name: string) => Number(new RegExp(`\\b${name}: (\\d+)`).exec(totals)?.[1] ?? 0)
console.log(`${count('pass')} passed, ${count('fail')} failed, ${count('skip') + count('todo')} skipped`)
process.exit(status === 0 && count('pass') > 0 && count('fail') === 0 ? 0 : 1)
