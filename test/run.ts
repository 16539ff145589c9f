import { spawnSync } from 'node:child_process'
import { mkdirSync, readFileSync, rmSync } from 'node:fs'

/**
 * Runs the tests named by the arguments, shows what failed or was skipped, and sums up in one last line. Without arguments
 * all tests are run, and then those that look at what servers do differently, with the simulated server speaking as each other one.
 * Where CI is set a skipped test has failed: what it needs is missing there, and nobody would see it.
 */
const ofReplies = [
  'accounts-as-data',
  'list-ids',
  'passwords',
  'replies',
  'batch',
  'any-homeserver/accounts',
  'any-homeserver/batch',
  'any-homeserver/invites',
  'any-homeserver/room',
]
const ofAll = [
  ...ofReplies,
  ...['resume', 'resume-unknown', 'check', 'check-room', 'exit-codes', 'create-admin', 'guards', 'account-states'],
]

/** What MATRIX_TEST_RELEASE is then (test/homeserver/releases.ts), and the contract tests that are run so. */
const passes: Record<string, readonly string[]> = {
  '26.8': ofAll,
  tuwunel: ofAll,
  'tuwunel-chain': [...ofReplies, 'colleagues'],
  'tuwunel-threads': [...ofReplies, 'colleagues'],
}

/** GitHub's own; whoever sets it elsewhere means the same. */
const maySkip = !/^(1|true)$/.test(process.env.CI ?? '')

interface Summary {
  passed: number
  failed: number
  skipped: number
}

const given = process.argv.slice(2)
const summaries = [runTests(given, 'dist/test.tap')]
for (const [release, names] of given.length === 0 ? Object.entries(passes) : []) {
  console.log(`with the simulated server as ${release}:`)
  const files = names.map((name) => `test/contract/${name}.test.ts`)
  summaries.push(runTests(files, `dist/test-${release}.tap`, { MATRIX_TEST_RELEASE: release }))
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
