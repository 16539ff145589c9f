import { execFileSync } from 'node:child_process'
import { chmodSync, copyFileSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { type Arch, ensureBase } from './base.ts'

const { inject } = createRequire(import.meta.url)('postject') as {
  inject(file: string, resource: string, data: Buffer, options: { sentinelFuse: string }): Promise<void>
}

/** Node's own mark in the base: https://nodejs.org/docs/latest-v20.x/api/single-executable-applications.html */
const sentinelFuse = 'NODE_SEA_FUSE_fce680ab2cc467b6e072b8b5df1996b2'

/** Where pkg's base takes arguments from that go before the user's. */
const argumentsPlace = Buffer.from(`\0${'// BAKERY '.repeat(20)}`)

/** The environment that makes the base a plain node. It leaves out the first word that is not an option. */
export const asPlainNode = { PKG_EXECPATH: 'PKG_INVOKE_NODEJS' }

/**
 * Writes the blob that makes an executable of a base, and gives its path: a script of `folder`, with those of its files that the
 * script reads by `node:sea`. pkg's own packing would take the blob's format from whichever node is on PATH, fetch the injector from
 * npm at each build, and hide its failures: so the base writes the blob, and the injector is a dependency. Without code of V8's in it,
 * a blob is the same for every architecture.
 */
export async function writeBlob(folder: string, main: string, files: readonly string[]): Promise<string> {
  // Relative paths, since the script's own is kept in the blob, which does not depend on where it was built.
  const assets = Object.fromEntries(files.map((file) => [file, file]))
  const sea = { main, output: 'blob', assets, disableExperimentalSEAWarning: true }
  writeFileSync(join(folder, 'sea.json'), JSON.stringify(sea))
  const base = await ensureBase(process.arch as Arch)
  execFileSync(base, ['--experimental-sea-config', 'sea.json'], { cwd: folder, env: asPlainNode, stdio: 'pipe' })
  return join(folder, 'blob')
}

/** Packs a blob into a static executable. */
export async function packExecutable(blob: string, output: string, arch: Arch): Promise<void> {
  // Made beside and renamed: a program that is running now cannot be overwritten.
  const part = `${output}.new`
  await injectBlob(await ensureBase(arch), blob, part)
  endNodeOptions(part)
  renameSync(part, output)
}

/** Writes a copy of `base`, any node with support for single executables, that carries the blob. */
export async function injectBlob(base: string, blob: string, output: string): Promise<void> {
  copyFileSync(base, output)
  chmodSync(output, 0o755)
  await quietly(() => inject(output, 'NODE_SEA_BLOB', readFileSync(blob), { sentinelFuse }))
}

/** Node looks for `--env-file` among all its arguments, the user's too, unless a `--` comes before them. Injecting has moved the place. */
function endNodeOptions(executable: string): void {
  const content = readFileSync(executable)
  const at = content.indexOf(argumentsPlace)
  if (at < 0 || content.indexOf(argumentsPlace, at + 1) >= 0)
    throw new Error(`${executable} does not have exactly one place for arguments`)
  content.write('--\0\0', at, 'latin1')
  writeFileSync(executable, content)
}

/** The injector warns of a section's name in every executable, whatever it is given. */
async function quietly(work: () => Promise<void>): Promise<void> {
  const { warn } = console
  console.warn = () => {}
  try {
    await work()
  } finally {
    console.warn = warn
  }
}
