import { execFileSync } from 'node:child_process'
import { closeSync, mkdirSync, openSync, readFileSync, renameSync, writeSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { type Arch, cacheDir, ensureBase, root } from './base.ts'
import { bundle, launcher } from './bundle.ts'

const pkg = createRequire(import.meta.url).resolve('@yao-pkg/pkg/lib-es5/bin.js')

/** Packs one script (CommonJS, with what it requires beside it) into a static executable. */
export async function packageScript(script: string, output: string, arch: Arch, bytecode: boolean): Promise<void> {
  const base = await ensureBase(arch)
  const sourceOnly = bytecode ? [] : ['--no-bytecode', '--public', '--public-packages', '*']
  const target = `node20-linuxstatic-${arch}`
  // Written beside and renamed: a program that is running now cannot be overwritten.
  execFileSync(process.execPath, [pkg, script, '--target', target, '--output', `${output}.new`, ...sourceOnly], {
    env: { ...process.env, PKG_CACHE_PATH: cacheDir },
    stdio: ['ignore', 'ignore', 'inherit'],
  })
  endNodeOptions(`${output}.new`, base)
  renameSync(`${output}.new`, output)
}

/**
 * Node looks for `--env-file` among all its arguments, ours too, unless a `--` comes before them. pkg can put arguments
 * before ours, which it keeps at a placeholder of the base, but not this one: it is written there by hand.
 */
function endNodeOptions(executable: string, base: string): void {
  const at = readFileSync(base).indexOf(`\0${'// BAKERY '.repeat(20)}`)
  if (at < 0) throw new Error(`the base has no place for arguments: ${base}`)
  const file = openSync(executable, 'r+')
  writeSync(file, Buffer.from('--\0\0'), 0, 4, at)
  closeSync(file)
}

/** V8's bytecode is made by running the base, so only where it runs. */
export function bytecodePossible(arch: Arch): boolean {
  return arch === process.arch && process.platform === 'linux'
}

/** Builds the program for `arch`: with bytecode, or from source, as where that cannot be made. */
export async function buildProgram(arch: Arch, output: string, bytecode: boolean): Promise<void> {
  const folder = join(root, 'dist', bytecode ? arch : `${arch}-source`)
  mkdirSync(folder, { recursive: true })
  await bundle(folder, !bytecode)
  await packageScript(bytecode ? join(folder, 'matrix-users.cjs') : await launcher(folder), output, arch, bytecode)
}

if (import.meta.filename === process.argv[1]) {
  const [, , what] = process.argv
  const wanted = what === 'phone' ? 'arm64' : process.arch
  if (wanted !== 'x64' && wanted !== 'arm64')
    throw new Error(`there is no static base for ${wanted}: x64 and arm64 only`)
  const suffix = what === 'phone' ? '-arm64' : what === 'source' ? '-source' : ''
  try {
    await buildProgram(
      wanted,
      join(root, 'dist', `matrix-users${suffix}`),
      what !== 'source' && bytecodePossible(wanted),
    )
  } catch (error) {
    process.stderr.write(`build: ${(error as Error).message}\n`)
    process.exit(1)
  }
}
