import { spawnSync } from 'node:child_process'
import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { type Arch, ensureBase, verified } from '../../build/base.ts'

const arch = process.arch as Arch

t.test('a base with one changed bit, of another version or for another machine is refused', async (t) => {
  const base = readFileSync(await ensureBase(arch))
  t.equal(verified(arch, base), base)
  t.equal(verified(arch === 'x64' ? 'arm64' : 'x64', base), undefined)
  t.equal(verified(arch, readFileSync(process.execPath)), undefined)
  t.equal(verified(arch, base.subarray(0, -1)), undefined)
  const at = base.length >> 1
  base[at] = (base[at] ?? 0) ^ 1
  t.equal(verified(arch, base), undefined)
})

t.test('the build ends where there is no right base, and says which file it needs', async (t) => {
  const folder = t.testdir()
  const cache = join(folder, 'pkg/v3.5')
  mkdirSync(cache, { recursive: true })
  const file = join(cache, 'fetched-v20.20.0-linuxstatic-arm64')
  copyFileSync(process.execPath, file)
  const offline = join(folder, 'offline.mjs')
  writeFileSync(offline, 'globalThis.fetch = async () => { throw new Error("no network") }')
  const { status, stderr } = spawnSync(
    process.execPath,
    ['--import=tsx', `--import=${offline}`, 'build/package.ts', 'phone'],
    { env: { PATH: process.env.PATH, HOME: folder, PKG_CACHE_PATH: join(folder, 'pkg') }, encoding: 'utf8' },
  )
  t.equal(status, 1)
  t.match(stderr, /^build: the base of the executable is missing: node-v20\.20\.0-linuxstatic-arm64, SHA-256 56ecd1fa/)
  t.ok(stderr.includes(file))
  t.ok(readFileSync(file).equals(readFileSync(process.execPath)), 'what lies there is left alone')
})
