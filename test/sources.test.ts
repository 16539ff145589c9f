import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import t from 'tap'
import { simulatedBed } from './contract/bed.ts'

const root = fileURLToPath(new URL('..', import.meta.url))

t.test('the sources run as they are, without the bundler: requests have their bodies', async (t) => {
  const bed = await simulatedBed(t)
  const run = (...args: string[]) =>
    new Promise<{ error: Error | null; stdout: string }>((resolve) => {
      const env = { PATH: process.env.PATH, ...bed.env }
      execFile(process.execPath, ['--import=tsx', 'src/main.ts', ...args], { cwd: root, env }, (error, stdout) =>
        resolve({ error, stdout }),
      )
    })
  t.match(await run('create', 'alice'), { error: null, stdout: bed.hs.accounts.get('alice')?.password ?? /./ })
  t.ok(bed.hs.accounts.has('alice'))
  t.match(await run('list'), { error: null, stdout: /@alice:home\.test/ })
})
