import { existsSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { pages as written } from '../../build/docs/write.ts'
import { deadLinks, pages, read, root, sectionOf } from './pages.ts'
import { filesIn, literalsOf } from './texts.ts'

t.test('every link of README and docs leads somewhere', async (t) => {
  for (const path of pages) t.strictSame(deadLinks(path), [], path)
})

t.test('the pages that the tables make are current: `make docs` writes them anew', async (t) => {
  for (const [path, page] of Object.entries(written)) t.equal(read(path), page(), path)
})

t.test('the README leads to each page, and is short', async (t) => {
  const readme = read('README.md')
  for (const path of pages.filter((one) => one.startsWith('docs/') && !/CONTRIBUTING|proxy/.test(one)))
    t.ok(readme.includes(`](${path}`), path)
  const lines = readme.trimEnd().split('\n')
  t.ok(lines.length <= 120, `${lines.length} lines`)
  for (const line of lines) t.ok(line.length <= 140, line)
})

t.test('the exit codes for scripts are those of the program', async (t) => {
  const { exitCodes } = await import('../../src/errors.ts')
  const rows = sectionOf(read('docs/scripting.md'), 'Exit codes').match(/^\| \d.*$/gm)
  t.strictSame(
    rows,
    Object.values(exitCodes).map(({ code, meaning }) => `| ${code} | ${meaning} |`),
  )
})

t.test('the version is in package.json alone: no page but the change log has it', async (t) => {
  const { version } = JSON.parse(read('package.json'))
  t.match(read('docs/CHANGELOG.md'), new RegExp(`^## \\[${version}\\] - \\d{4}-\\d\\d-\\d\\d$`, 'm'))
  for (const path of pages.filter((one) => !one.includes('CHANGELOG'))) t.notOk(read(path).includes(version), path)
})

t.test('a source that a page names is there', async (t) => {
  for (const path of pages.filter((one) => !one.includes('CHANGELOG')))
    for (const [, name = ''] of read(path).matchAll(/`((?:src|test|build|ops|bootstrap)\/[\w./-]+)`/g))
      t.ok(existsSync(join(root, name)), `${path}: ${name}`)
})

t.test('the messages that troubleshooting explains are messages of the program', async (t) => {
  const said = filesIn('src', /\.tsx?$/)
    .flatMap(literalsOf)
    .join('\n')
  const symptoms = [...read('docs/troubleshooting.md').matchAll(/^\| ([^|]+) \|/gm)].map(([, cell = '']) => cell)
  t.ok(symptoms.length > 20)
  // The kernel and the shell say these.
  for (const symptom of symptoms.filter((one) => !/`(Bad system call|cannot execute)`/.test(one)))
    for (const [, quoted = ''] of symptom.matchAll(/`([^`]+)`/g))
      for (const part of quoted.replace(/\d+/g, 'X').split(/ ?…:? ?/))
        if (!/^(\(\w+\))?$|^[\w-]+$/.test(part)) t.ok(said.includes(part), `${quoted}: ${part}`)
})
