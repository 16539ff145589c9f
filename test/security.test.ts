import { existsSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import t from 'tap'

const root = fileURLToPath(new URL('..', import.meta.url))

t.test('each promise of docs/security.md names tests that there are', async (t) => {
  const document = readFileSync(`${root}docs/security.md`, 'utf8')
  const promises = document.split('| promise | test |\n')[1]?.split('\n\n')[0]?.split('\n').slice(1) ?? []
  t.ok(promises.length > 15, `${promises.length} promises`)
  for (const line of promises) t.match(line, /^\| .* \| .*`test\/[\w/-]+(\.test\.ts|run\.ts)`.* \|$/)
  const named = [...document.matchAll(/`([\w./-]+\.ts)`/g)].map(([, file = '']) => file)
  for (const file of new Set(named)) t.ok(existsSync(`${root}${file}`), file)
})
