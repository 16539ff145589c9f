import { execFileSync } from 'node:child_process'
import { copyFileSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { root } from './base.ts'
import { bundle } from './bundle.ts'
import { npmReadme } from './npm-readme.ts'

/**
 * dist/matrix-users-VERSION.tgz: the bundle as an npm package without dependencies, for any Node 20 or newer.
 * With the `--`, node does not take --env-file for its own option.
 */
const folder = join(root, 'dist', 'npm')
rmSync(folder, { recursive: true, force: true })
mkdirSync(folder, { recursive: true })
await bundle(folder)
const script = join(folder, 'matrix-users.cjs')
writeFileSync(script, `#!/usr/bin/env -S node --\n${readFileSync(script, 'utf8')}`, { mode: 0o755 })
const { name, version, description, license, engines } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
const manifest = { name, version, description, license, engines, bin: { [name]: 'matrix-users.cjs' } }
writeFileSync(join(folder, 'package.json'), `${JSON.stringify(manifest, null, 2)}\n`)
writeFileSync(join(folder, 'README.md'), npmReadme(readFileSync(join(root, 'README.md'), 'utf8')))
copyFileSync(join(root, 'LICENSE'), join(folder, 'LICENSE'))
execFileSync('npm', ['pack', '--silent', '--pack-destination', join(root, 'dist')], { cwd: folder, stdio: 'inherit' })
