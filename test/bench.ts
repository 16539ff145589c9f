import { spawn, spawnSync } from 'node:child_process'
import { mkdtempSync, openSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ensureBase } from '../build/base.ts'
import { buildProgram } from '../build/package.ts'
import { batchTable } from './bench-batch.ts'
import { invitesTable } from './bench-invites.ts'
import { panelTable } from './bench-panel.ts'
import { startHomeserver, writeDataDir } from './homeserver/index.ts'

/**
 * `make bench`: one table of what was measured in one run, in a clean environment, interleaved so that a slow moment hits
 * all rows alike. Nothing is asserted. The simulated homeserver runs in a process of its own.
 */
const rounds = Number(process.env.ROUNDS ?? 20)
/** What continuwuity takes to hash a password. */
const commandMs = 30
const binary = join(import.meta.dirname, '../dist/matrix-users')
/** To write only: node's 'ignore' looks like a closed stdout, with which `create` refuses to start. */
const discarded = openSync('/dev/null', 'w')

interface Row {
  name: string
  argv: string[]
  ms: number[]
  kilobytes: number[]
}

if (process.argv[2] === 'serve') {
  const [folder = '', accounts, delayMs] = process.argv.slice(3)
  await serve(folder, Number(accounts), Number(delayMs))
} else await bench()

/** The homeserver's own process: prints its environment as JSON, then serves until it is ended. */
async function serve(folder: string, accounts: number, delayMs: number): Promise<void> {
  const homeserver = await startHomeserver({ accounts, delayMs, kind: accounts === 1 ? 'synapse' : 'continuwuity' })
  process.stdout.write(`${JSON.stringify(writeDataDir(homeserver, folder).env)}\n`)
}

async function bench(): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'matrix-users-bench-'))
  const small = await startServer(join(folder, 'small'), 0)
  const large = await startServer(join(folder, 'large'), 2000)
  const huge = await startServer(join(folder, 'huge'), 100_000)
  const synapse = await startServer(join(folder, 'synapse'), 1)
  const slow = await startServer(join(folder, 'slow'), 0, commandMs)
  try {
    const empty = join(folder, 'empty.js')
    const source = join(folder, 'source')
    const arch = process.arch as 'x64' | 'arm64'
    writeFileSync(empty, '')
    // As the phone gets it: another machine's code cannot be made, so it keeps what it has compiled.
    await buildProgram(arch, source, false)
    const kept = { XDG_CACHE_HOME: join(folder, 'cache') }
    const row = (name: string, argv: string[]): Row => ({ name, argv, ms: [], kilobytes: [] })
    const rows: [Row, Record<string, string>][] = [
      [row('the base, an empty script', [await ensureBase(arch), empty]), {}],
      [row('--version', [binary, '--version']), {}],
      [row('--help', [binary, '--help']), {}],
      [row('list', [binary, 'list']), small.env],
      [row('list, 2,000 accounts', [binary, 'list']), large.env],
      [row('list --state, 2,000 accounts', [binary, 'list', '--state']), large.env],
      [row('list, 100,000 accounts', [binary, 'list']), huge.env],
      [row('list --ids, 100,000 accounts', [binary, 'list', '--ids']), huge.env],
      [row('create', [binary, 'create', '--']), small.env],
      [row('--version, from source', [source, '--version']), kept],
      [row('--help, from source', [source, '--help']), kept],
      [row('list, from source', [source, 'list']), { ...small.env, ...kept }],
      [row('list, from source, nothing kept', [source, 'list']), small.env],
    ]
    for (let round = 0; round < rounds; round++)
      for (const [{ argv, ms, kilobytes }, env] of rows) {
        const name = argv.at(-1) === '--' ? [`bench${round}`] : []
        measure([...argv, ...name], env, ms, kilobytes)
      }
    print(rows.map(([one]) => one))
    console.table({ ...invitesTable(binary, small.env, synapse.env), ...batchTable(binary, slow.env, commandMs) })
    console.table(await panelTable(binary, large.env))
  } finally {
    small.stop()
    large.stop()
    huge.stop()
    slow.stop()
    synapse.stop()
    rmSync(folder, { recursive: true, force: true })
  }
}

function startServer(
  folder: string,
  accounts: number,
  delayMs = 0,
): Promise<{ env: Record<string, string>; stop(): void }> {
  const argv = ['--import=tsx', import.meta.filename, 'serve', folder, String(accounts), String(delayMs)]
  const child = spawn(process.execPath, argv, { stdio: ['ignore', 'pipe', 'inherit'] })
  return new Promise((resolve) => {
    child.stdout.once('data', (line) => resolve({ env: JSON.parse(String(line)), stop: () => child.kill() }))
  })
}

function measure(argv: string[], env: Record<string, string>, ms: number[], kilobytes: number[]): void {
  const start = process.hrtime.bigint()
  const { status } = spawnSync(argv[0] ?? '', argv.slice(1), {
    env: { PATH: '/bin', HOME: '/nonexistent', ...env },
    stdio: ['ignore', discarded, 'ignore'],
  })
  ms.push(Number(process.hrtime.bigint() - start) / 1e6)
  if (status !== 0) throw new Error(`${argv.join(' ')} ended with ${status}`)
  if (kilobytes.length > 2) return
  // The most memory that it ever held, as the kernel counts it for a child.
  const script =
    'import resource, subprocess, sys; subprocess.run(sys.argv[1:], stdout=subprocess.DEVNULL); print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)'
  if (argv.includes('create')) return
  const { stdout } = spawnSync('/usr/bin/python3', ['-c', script, ...argv], {
    env: { PATH: '/bin', HOME: '/nonexistent', ...env },
  })
  kilobytes.push(Number(stdout))
}

function print(rows: Row[]): void {
  const least = (values: number[]) => Math.min(...values)
  const middle = (values: number[]) => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN
  const base = least(rows[0]?.ms ?? [])
  const table = rows.map(({ name, ms, kilobytes }) => ({
    '': name,
    'least ms': least(ms).toFixed(1),
    'median ms': middle(ms).toFixed(1),
    'over empty ms': (least(ms) - base).toFixed(1),
    'times empty': (least(ms) / base).toFixed(2),
    'memory MB': kilobytes.length === 0 ? '' : (middle(kilobytes) / 1024).toFixed(1),
  }))
  console.table(Object.fromEntries(table.map(({ '': name, ...figures }) => [name, figures])))
  console.log(`binary: ${(statSync(binary).size / 1e6).toFixed(1)} MB; ${rounds} rounds`)
}
