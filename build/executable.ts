import { execFileSync } from 'node:child_process'
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join, resolve } from 'node:path'
import { type Arch, ensureBase, root } from './base.ts'

const pkgSea = createRequire(import.meta.url).resolve('@yao-pkg/pkg/lib-es5/sea.js')

/** Node's mark in the base, and what injecting changes it to: https://nodejs.org/docs/latest-v20.x/api/single-executable-applications.html */
const filledFuse = 'NODE_SEA_FUSE_fce680ab2cc467b6e072b8b5df1996b2:1'

/** Where pkg's base takes arguments from that go before the user's. */
const argumentsPlace = Buffer.from(`\0${'// BAKERY '.repeat(20)}`)

/** The environment with which the base is a plain node, except that it drops the first word that is not an option. */
export const asPlainNode = { PKG_EXECPATH: 'PKG_INVOKE_NODEJS' }

/** What an executable is made of: a script of `folder`, and those of its files that the script reads by `node:sea`. */
export interface Program {
  folder: string
  main: string
  files: readonly string[]
}

/** Packs a program into a static executable. */
export async function packExecutable(program: Program, output: string, arch: Arch): Promise<void> {
  // Written under another name and renamed: a running program cannot be overwritten.
  const part = resolve(`${output}.new`)
  await packOnto(await ensureBase(arch), program, part)
  endNodeOptions(part)
  renameSync(part, output)
}

/** Has pkg write a copy of `base`, any node with support for single executables, that carries the program. */
export async function packOnto(base: string, { folder, main, files }: Program, output: string): Promise<void> {
  // Relative paths, since the script's own is kept in the executable, which does not depend on where it was built.
  const seaConfig = { main, assets: Object.fromEntries(files.map((file) => [file, file])) }
  const target = { nodeRange: 'node20', platform: 'linux', output: resolve(output) }
  const options = { nodePath: base, seaConfig, targets: [target] }
  const script = 'require(process.argv[1]).default(process.argv[2], JSON.parse(process.argv[3]))'
  const own = mkdtempSync(join(folder, 'pkg-'))
  try {
    await writeTools(join(own, 'bin'), folder)
    execFileSync(process.execPath, ['-e', script, pkgSea, join(folder, main), JSON.stringify(options)], {
      env: { ...process.env, PATH: `${join(resolve(own), 'bin')}:${process.env.PATH}`, TMPDIR: resolve(own) },
      stdio: ['ignore', 'ignore', 'pipe'],
    })
  } finally {
    rmSync(own, { recursive: true })
  }
  // pkg exits with 0 also where the injector failed.
  if (!readFileSync(output).includes(filledFuse)) throw new Error(`pkg has put no program into ${output}`)
  chmodSync(output, 0o755)
}

/**
 * The two programs that pkg takes from PATH. The format of what is packed depends on the version of node, so the base itself is
 * `node`; the injector, which `npx` would fetch at each build, is a dependency.
 */
async function writeTools(bin: string, folder: string): Promise<void> {
  const base = await ensureBase(process.arch as Arch)
  const tools = {
    node: `cd ${quoted(resolve(folder))} && PKG_EXECPATH=${asPlainNode.PKG_EXECPATH} exec ${quoted(base)} "$@"`,
    npx: `shift; exec ${quoted(process.execPath)} ${quoted(join(root, 'node_modules/postject/dist/cli.js'))} "$@"`,
  }
  mkdirSync(bin)
  for (const [name, script] of Object.entries(tools))
    writeFileSync(join(bin, name), `#!/bin/sh\n${script}\n`, { mode: 0o755 })
}

function quoted(path: string): string {
  return `'${path.replaceAll("'", "'\\''")}'`
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
