import { execFile } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath, pathToFileURL } from 'node:url'
import t from 'tap'
import { simulatedBed } from './contract/bed.ts'

const root = fileURLToPath(new URL('..', import.meta.url))

function runSources(env: Record<string, string | undefined>, ...args: string[]) {
  return new Promise<{ error: Error | null; stdout: string }>((resolve) => {
    const options = { cwd: root, env: { PATH: process.env.PATH, ...env } }
    execFile(process.execPath, ['--import=tsx', 'src/main.ts', ...args], options, (error, stdout) =>
      resolve({ error, stdout }),
    )
  })
}

t.test('the sources run as they are, without the bundler: requests have their bodies', async (t) => {
  const bed = await simulatedBed(t)
  const run = (...args: string[]) => runSources(bed.env, ...args)
  t.match(await run('create', 'alice'), { error: null, stdout: bed.hs.accounts.get('alice')?.password ?? /./ })
  t.ok(bed.hs.accounts.has('alice'))
  t.match(await run('list'), { error: null, stdout: /@alice:home\.test/ })
})

interface Coverage {
  result: { url: string; functions: { functionName: string; ranges: { count: number }[] }[] }[]
}

t.test('the way of one name, as docs/how-it-works.md has it, is the way that the program takes', async (t) => {
  const document = readFileSync(`${root}docs/how-it-works.md`, 'utf8')
  const way = [...document.matchAll(/^\| \d+ \| `(\S+)` \| `(\w+)` \|/gm)].map(([, file = '', name = '']) => ({
    file,
    name,
  }))
  t.ok(way.length >= 7 && way.length <= 9, `${way.length} files`)
  const bed = await simulatedBed(t)
  const folder = `${bed.dataDir}/coverage`
  t.match(await runSources({ ...bed.env, NODE_V8_COVERAGE: folder }, 'create', 'alice'), { error: null })
  const reports = readdirSync(folder).map((name) => JSON.parse(readFileSync(`${folder}/${name}`, 'utf8')) as Coverage)
  const called = new Set(
    reports.flatMap(({ result }) =>
      result.flatMap(({ url, functions }) =>
        functions
          .filter(({ ranges }) => (ranges[0]?.count ?? 0) > 0)
          .map(({ functionName }) => `${url.replace(pathToFileURL(root).href, '')} ${functionName}`),
      ),
    ),
  )
  for (const { file, name } of way) t.ok(called.has(`${file} ${name}`), `${file} ${name}`)
})
