import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { type IncomingHttpHeaders, request } from 'node:http'
import { setTimeout } from 'node:timers/promises'

type Environment = Record<string, string>

/** One request: ms to its first byte, to the first row of the table and to the end, and bytes in all. */
interface Timed {
  first: number
  rows: number
  end: number
  bytes: number
  headers: IncomingHttpHeaders
}

const rounds = 5
/** ms after the start at which the first request is made: somebody opens the page whose address was printed. */
const pause = 1000
/** ms after which the panel asks the server again. */
const keptLonger = 5500
const atOnce = 200
const password = 'correct horse battery'

/** What requests to the panel take, median of five starts: the first ones after the start and later ones; its memory at 200 requests at once. */
export async function panelTable(binary: string, env: Environment): Promise<Record<string, object>> {
  const clean = { PATH: '/bin', HOME: '/nonexistent', ...env }
  spawnSync(binary, ['panel', 'set-password', '--yes'], { env: clean, input: password })
  const asked: Record<string, Timed[]> = {}
  const lists: number[] = []
  let kilobytes = 0
  for (let round = 0; round < rounds; round++) {
    const { url, child } = await start(binary, clean)
    const time = async (name: string, path: string, headers: Environment = {}, form?: string) => {
      const timed = await ask(url + path, headers, form)
      asked[name] = [...(asked[name] ?? []), timed]
      return timed
    }
    try {
      await setTimeout(pause)
      await time('the login, first request', 'login')
      const form = new URLSearchParams({ password }).toString()
      const { headers } = await time('logging in', 'login', {}, form)
      const cookie = (headers['set-cookie'] ?? []).map((line) => line.split(';')[0]).join('; ')
      await time('accounts, first time', '', { cookie })
      await time('accounts, list kept', '', { cookie })
      await setTimeout(keptLonger)
      const before = performance.now()
      spawnSync(binary, ['list'], { env: clean, stdio: 'ignore' })
      lists.push(performance.now() - before)
      await time('accounts, list asked for again', '', { cookie })
      await Promise.all(Array.from({ length: atOnce }, () => ask(url, { cookie })))
      kilobytes = Math.max(kilobytes, mostMemory(child))
    } finally {
      child.kill('SIGKILL')
    }
  }
  const rows = Object.entries(asked).map(([name, all]) => [name, figures(all)])
  return {
    ...Object.fromEntries(rows),
    'the same list, command line': { 'end ms': middle(lists).toFixed(0) },
    [`memory, ${atOnce} requests at once`]: { MB: (kilobytes / 1024).toFixed(0) },
  }
}

function figures(all: readonly Timed[]): object {
  const of = (name: 'first' | 'rows' | 'end') => middle(all.map((timed) => timed[name])).toFixed(0)
  return {
    'first byte ms': of('first'),
    'rows ms': of('rows'),
    'end ms': of('end'),
    kB: Math.round((all[0]?.bytes ?? 0) / 1000),
  }
}

function middle(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN
}

function start(binary: string, env: Environment): Promise<{ url: string; child: ChildProcess }> {
  const child = spawn(binary, ['panel'], {
    env: { ...env, ENABLE_USER_ADMIN: 'true', MATRIX_USERS_PANEL_PORT: '0' },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  return new Promise((resolve) => {
    child.stdout.once('data', (line) => resolve({ url: /http:\S+/.exec(String(line))?.[0] ?? '', child }))
  })
}

function ask(url: string, headers: Environment, form?: string): Promise<Timed> {
  const begun = performance.now()
  const since = () => performance.now() - begun
  const type = form === undefined ? {} : { 'content-type': 'application/x-www-form-urlencoded' }
  return new Promise((resolve, reject) => {
    const outgoing = request(url, {
      method: form === undefined ? 'GET' : 'POST',
      headers: { ...headers, ...type },
      agent: false,
    })
    outgoing.on('error', reject).on('response', (response) => {
      let [first, rows, bytes] = [Number.NaN, Number.NaN, 0]
      if (response.statusCode === 303) first = since()
      response.on('data', (chunk: Buffer) => {
        if (bytes === 0) first = since()
        if (Number.isNaN(rows) && chunk.includes('<tbody>')) rows = since()
        bytes += chunk.length
      })
      response.on('end', () => resolve({ first, rows, end: since(), bytes, headers: response.headers }))
    })
    outgoing.end(form)
  })
}

/** The most that it ever held, kB. */
function mostMemory({ pid }: ChildProcess): number {
  return Number(/VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1])
}
