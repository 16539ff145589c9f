import { spawn, spawnSync } from 'node:child_process'
import { readFileSync, realpathSync } from 'node:fs'

/** Why system calls cannot be traced here; false if they can. */
export const cannotTrace =
  spawnSync('strace', ['-o', '/dev/null', 'true'], { stdio: 'ignore' }).status === 0 ? false : 'needs strace'

/** All that went through one place, by that place: `read secrets/x`, `write stderr`, `write homeserver`, `execve`. */
export type Trace = ReadonlyMap<string, string>

export interface TraceOptions {
  env: Record<string, string>
  /** Files below it are called by their path in it. */
  folder: string
  /** The base URL of what is called `homeserver`. */
  url: string
  /** What is written to stdin; without it stdin is /dev/null. */
  input?: string | undefined
  /** A descriptor in the place of the pipe that takes stdout. */
  stdout?: number | undefined
}

// Memory, locks and signals carry no text, and are most of the calls. Shared mappings are judged below.
const quiet = 'madvise,munmap,mprotect,mremap,brk,futex,rt_sigaction,rt_sigprocmask'
const options = [
  '--seccomp-bpf',
  '-f',
  '-v',
  '-yy',
  '-xx',
  '-s',
  '4000000',
  '-e',
  'signal=none',
  '-e',
  `trace=!${quiet}`,
]

/** The words that go before a program so that its system calls are written to a file. */
export function strace(file: string): string[] {
  return ['strace', ...options, '-o', file, '--']
}

/** Runs a program to its end, and gives what it read, wrote and said to the kernel. */
export async function traced(argv: readonly string[], given: TraceOptions): Promise<{ code: number; trace: Trace }> {
  const file = `${given.folder}/trace`
  const [program = '', ...args] = [...strace(file), ...argv]
  const child = spawn(program, args, {
    env: { PATH: process.env.PATH ?? '', HOME: '/nonexistent', ...given.env },
    stdio: [given.input === undefined ? 'ignore' : 'pipe', given.stdout ?? 'pipe', 'pipe'],
  })
  child.stdout?.resume()
  child.stderr?.resume()
  child.stdin?.on('error', () => {})
  child.stdin?.end(given.input)
  const code = await new Promise<number>((resolve, reject) => {
    child.once('error', reject)
    child.once('close', (status) => resolve(status ?? -1))
  })
  return { code, trace: readTrace(file, given) }
}

/** Throws where data may have moved in a way that strace does not show. */
export function readTrace(file: string, { folder, url }: Pick<TraceOptions, 'folder' | 'url'>): Trace {
  const trace = new Map<string, string>()
  for (const call of calls(readFileSync(file, 'latin1'))) {
    if (/^(io_uring_|sendfile|splice|vmsplice|tee\(|copy_file_range)|^mmap.*PROT_WRITE.*MAP_SHARED|"\.\.\./.test(call))
      throw new Error(`strace does not show what this moves: ${call.slice(0, 200)}`)
    const [, name = '', descriptor, target = ''] = /^(\w+)\((?:(\d+)<((?:->|<[^>]*>|[^<>])*)>)?/.exec(call) ?? []
    const direction = /^(p?readv?|recv)/.test(name) ? 'read' : /^(p?writev?|send)/.test(name) ? 'write' : undefined
    const place =
      direction && descriptor !== undefined
        ? `${direction} ${placeOf(Number(descriptor), decode(target), realpathSync(folder), new URL(url).host)}`
        : name
    // Joined without a gap: a secret may be split over two writes.
    const text = [...call.matchAll(/"((?:\\x[0-9a-f]{2})+)"/g)].map(([, bytes = '']) => decode(bytes)).join('')
    if (text !== '') trace.set(place, (trace.get(place) ?? '') + text)
  }
  return trace
}

/** The calls, one a line, those put together again that strace split because another thread came between. */
function* calls(text: string): Generator<string> {
  const unfinished = new Map<string, string>()
  for (const line of text.split('\n')) {
    const [, pid = '', call = ''] = /^(\d+) +(.*)$/.exec(line) ?? []
    const [, rest] = /^<\.\.\. \w+ resumed>(.*)$/.exec(call) ?? []
    const whole = rest === undefined ? call : (unfinished.get(pid) ?? '') + rest
    unfinished.delete(pid)
    if (whole.endsWith(' <unfinished ...>')) unfinished.set(pid, whole.slice(0, -' <unfinished ...>'.length))
    else yield whole
  }
  yield* unfinished.values()
}

function decode(text: string): string {
  return text.replace(/\\x([0-9a-f]{2})/g, (_, byte) => String.fromCharCode(Number.parseInt(byte, 16)))
}

function placeOf(descriptor: number, target: string, folder: string, homeserver: string): string {
  if (target.startsWith('TCP')) return target.endsWith(`->${homeserver}]`) ? 'homeserver' : target
  // Node opens the terminal of its stdin anew.
  if (target.startsWith('/dev/pts/')) return 'terminal'
  const isFile = target.startsWith('/') && !target.startsWith('/dev/')
  // A new text is written under a name that nobody can guess.
  const file = target.replace(/\.[0-9a-f]{16}\.new$/, '.new')
  if (isFile) return file.startsWith(`${folder}/`) ? file.slice(folder.length + 1) : file
  return ['stdin', 'stdout', 'stderr'][descriptor] ?? target
}

/** Where a secret is in a trace. In a request's Authorization header is a place of its own. */
export function placesOf(secret: string, trace: Trace): string[] {
  const header = new RegExp(`^authorization: Bearer ${secret}\r$`, 'gim')
  return [...trace].flatMap(([place, text]) => {
    if (!text.includes(secret)) return []
    if (place !== 'write homeserver') return [place]
    const bare = text.replace(header, '')
    return [...(bare === text ? [] : [`${place}, as Authorization`]), ...(bare.includes(secret) ? [place] : [])]
  })
}
