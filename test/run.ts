import { spawnSync } from 'node:child_process'
import { mkdirSync, readFileSync, rmSync } from 'node:fs'

/**
 * Runs the tests named by the arguments, shows what failed or was skipped, and sums up in one last line. Without arguments
 * all tests are run, and then those that look at what releases of the server do differently, on the other release too.
 * Where CI is set a skipped test has failed: what it needs is missing there, and nobody would see it.
 */
const otherRelease = '26.8'
const onBothReleases = [
  ...[
    'accounts-as-data',
    'list-ids',
    'passwords',
    'replies',
    'resume',
    'resume-unknown',
    'check',
    'check-room',
    'batch',
    'exit-codes',
    'guards',
  ],
  ...[
    'create-admin',
    'any-homeserver/accounts',
    'any-homeserver/batch',
    'any-homeserver/invites',
    'any-homeserver/room',
  ],
].map((name) => `test/contract/${name}.test.ts`)
/** GitHub's own; whoever sets it elsewhere means the same. */
const maySkip = !/^(1|true)$/.test(process.env.CI ?? '')

interface Summary {
  passed: number
  failed: number
  skipped: number
}

const given = process.argv.slice(2)
const summaries = [runTests(given, 'dist/test.tap')]
if (given.length === 0) {
  console.log(`on the other release, ${otherRelease}:`)
  summaries.push(runTests(onBothReleases, `dist/test-${otherRelease}.tap`, { MATRIX_TEST_RELEASE: otherRelease }))
}
const total = (name: keyof Summary) => summaries.reduce((sum, one) => sum + one[name], 0)
if (!maySkip && total('skipped') > 0) console.log('skipped tests are failures here: what they need is missing')
console.log(`${total('passed')} passed, ${total('failed')} failed, ${total('skipped')} skipped`)
process.exit(total('failed') === 0 && total('passed') > 0 && (maySkip || total('skipped') === 0) ? 0 : 1)

function runTests(files: readonly string[], report: string, env: Record<string, string> = {}): Summary {
  mkdirSync('dist', { recursive: true })
  rmSync(report, { force: true })
  const tap = ['--no-install', 'tap', '--reporter=silent', `--output-file=${report}`, ...files]
  const quiet = { npm_config_loglevel: 'error' }
  const { status } = spawnSync('npx', tap, { stdio: 'inherit', env: { ...process.env, ...quiet, ...env } })
  return summary(readFileSync(report, 'utf8').split('\n'), status === 0)
}

/** Shows what failed in full, what was skipped and each file; a file that ended wrongly failed too, whatever it counted. */
function summary(lines: readonly string[], ended: boolean): Summary {
  let depth: number | undefined
  for (const line of lines) {
    const indent = line.search(/\S/)
    if (/^ *not ok /.test(line)) depth = indent
    else if (depth !== undefined && indent >= 0 && indent <= depth) depth = undefined
    if (depth !== undefined || / # SKIP/.test(line) || /^ok .*\.test\.ts/.test(line)) console.log(line)
  }
  const totals = lines.find((line) => line.startsWith('# { total: ')) ?? ''
  const count = (name: string) => Number(new RegExp(`\\b${name}: (\\d+)`).exec(totals)?.[1] ?? 0)
  const failed = Math.max(count('fail'), lines.filter((line) => /^ *not ok /.test(line)).length, ended ? 0 : 1)
  return { passed: count('pass'), failed, skipped: count('skip') + count('todo') }
}
