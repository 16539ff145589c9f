import { spawnSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'

/** Part of `make screenshots`: docs/demo.svg, the beginning of the demo's real output as a terminal would show it. */
const sections = 3
/** Characters of a line. */
const columns = 104
const [lineHeight, margin, width] = [18, 14, 860]

/** A reply's line goes on behind the same bar. */
function wrap(line: string): string[] {
  const [, bar = '', rest = ''] = /^( *│ )?(.*)$/.exec(line) ?? []
  const pieces = rest.match(new RegExp(`.{1,${columns - bar.length}}(?= |$)`, 'g')) ?? ['']
  return pieces.map((piece) => bar + piece.trimStart())
}

const { stdout } = spawnSync(process.execPath, ['--import=tsx', join(import.meta.dirname, 'demo.ts')], {
  encoding: 'utf8',
})
const wrapped = stdout
  .trim()
  .split('\n')
  .filter((line, at, all) => line !== '' || all[at - 1] !== '')
  .flatMap((line) => wrap(line))
const headings = wrapped.flatMap((line, at) => (line.startsWith('──') ? [at] : []))
const shown = wrapped.slice(headings[0], (headings[sections] ?? wrapped.length) - 1)
const escaped = (text: string) => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')
const colour = (line: string) =>
  line.startsWith('$') ? '#8ab4f8' : line.startsWith('──') ? '#9aa0a6' : /^ +✓/.test(line) ? '#86d99d' : '#e8eaed'
const texts = shown.map(
  (line, at) =>
    `<text x="${margin}" y="${Math.round(margin + (at + 0.8) * lineHeight)}" fill="${colour(line)}" xml:space="preserve">${escaped(line)}</text>`,
)
const height = shown.length * lineHeight + 2 * margin
writeFileSync(
  join(import.meta.dirname, '../docs/demo.svg'),
  `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" role="img" aria-labelledby="title" font-family="ui-monospace, monospace" font-size="13">
<title id="title">The demo: list, create, reset-password, suspend, and what they print</title>
<rect width="100%" height="100%" rx="8" fill="#15181c"/>
${texts.join('\n')}
</svg>
`,
)
