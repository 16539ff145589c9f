import { createHash } from 'node:crypto'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type Arch, root } from './base.ts'
import { bundle, bundleOne, wrapped } from './bundle.ts'
import { codeKinds, compileProgram } from './code.ts'
import { type Program, packExecutable } from './executable.ts'

/** V8's code is made by running the base. Where the base cannot run, the executable carries the source alone. */
export function codePossible(arch: Arch): boolean {
  return arch === process.arch && process.platform === 'linux'
}

/** Builds the program for `arch` into the file `output`, with compiled code or without. What it is made of stays in dist/. */
export async function buildProgram(arch: Arch, output: string, withCode: boolean): Promise<void> {
  const folder = join(root, 'dist', withCode ? arch : `${arch}-source`)
  mkdirSync(folder, { recursive: true })
  await packExecutable(await makeProgram(folder, withCode ? arch : undefined), output, arch)
}

/** Writes the program's parts into `folder`, with compiled code for an architecture or without: then it is the same for all of them. */
export async function makeProgram(folder: string, codeFor?: Arch): Promise<Program> {
  const file = (name: string) => join(folder, name)
  await bundle(folder)
  for (const name of ['matrix-users', 'panel']) writeFileSync(file(`${name}.js`), wrapped(file(`${name}.cjs`)))
  const id = createHash('sha256')
    .update(readFileSync(file('matrix-users.js')))
    .digest('hex')
  await bundleOne('src/launch.ts', file('launch.cjs'), { __BUNDLE_ID__: JSON.stringify(id) })
  for (const kind of codeKinds)
    if (codeFor) await compileProgram(file('matrix-users.js'), file(`${kind}.code`), kind, codeFor)
    else writeFileSync(file(`${kind}.code`), '')
  const codes = codeKinds.map((kind) => `${kind}.code`)
  return { folder, main: 'launch.cjs', files: ['matrix-users.js', 'panel.js', ...codes] }
}

if (import.meta.filename === process.argv[1]) {
  const [, , what] = process.argv
  const wanted = what === 'phone' ? 'arm64' : process.arch
  if (wanted !== 'x64' && wanted !== 'arm64')
    throw new Error(`there is no static base for ${wanted}: x64 and arm64 only`)
  const suffix = what === 'phone' ? '-arm64' : what === 'source' ? '-source' : ''
  try {
    await buildProgram(wanted, join(root, 'dist', `matrix-users${suffix}`), what !== 'source' && codePossible(wanted))
  } catch (error) {
    process.stderr.write(`build: ${(error as Error).message}\n`)
    process.exit(1)
  }
}
