/** A command that is typed, or a remark, and the lines that follow. */
export type Step = ({ command: string } | { remark: string }) & { output: string[] }

export interface Scene {
  title: string
  steps: Step[]
}

/** Something that is seen from one time to another, in seconds. */
interface Part {
  markup: string
  from: number
  until: number
}

const [lineHeight, left, top, bar, width] = [21, 24, 30, 36, 860]
const fontSize = 14
/** Of a monospaced letter; each line is given its length, so that every viewer's font fits. */
const letter = 8.4
/** The whole story. */
const seconds = 30
const colours = {
  ground: '#15181c',
  bar: '#22272e',
  text: '#d5dae1',
  dim: '#8b949e',
  command: '#ffffff',
  prompt: '#86d99d',
  mark: '#f0b866',
}

/** The scenes one after another, as an SVG that starts again at its end. Without animation the first scene is shown. */
export function drawScenes(scenes: readonly Scene[]): string {
  const total = scenes.reduce((sum, scene) => sum + lengthOf(scene), 0)
  const height = bar + top + Math.max(...scenes.map(linesOf)) * lineHeight
  let time = 0
  const drawn = scenes.map((scene) => {
    const from = time
    time += lengthOf(scene) * (seconds / total)
    return drawScene(scene, from, time, seconds / total)
  })
  const parts = drawn.flat()
  const frames = parts.map(({ from, until }, at) => keyframes(`p${at}`, from, until))
  const groups = parts.map(
    ({ markup }, at) =>
      `<g class="p" style="animation-name:p${at}"${at < (drawn[0]?.length ?? 0) ? '' : ' opacity="0"'}>${markup}</g>`,
  )
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" aria-labelledby="title" font-family="ui-monospace, SFMono-Regular, Menlo, Consolas, 'DejaVu Sans Mono', monospace" font-size="${fontSize}">
<title id="title">${escaped(`The demo of matrix-users. ${scenes.map(({ title }) => title).join(' ')}`)}</title>
<style>
.p{animation-duration:${seconds}s;animation-iteration-count:infinite;animation-timing-function:step-end}
.t{animation-duration:${seconds}s;animation-iteration-count:infinite;animation-timing-function:step-end;opacity:0}
text{white-space:pre}
@media (prefers-reduced-motion:reduce){.p,.t{animation:none}}
${frames.join('\n')}
${drawn.flatMap((scene) => scene.flatMap(({ typing }) => typing ?? [])).join('\n')}
</style>
<clipPath id="window"><rect width="${width}" height="${height}" rx="10"/></clipPath>
<g clip-path="url(#window)"><rect width="${width}" height="${height}" fill="${colours.ground}"/><rect width="${width}" height="${bar}" fill="${colours.bar}"/>
${['#ff5f57', '#febc2e', '#28c840'].map((fill, at) => `<circle cx="${22 + at * 20}" cy="${bar / 2}" r="6" fill="${fill}"/>`).join('')}
<text x="${width / 2}" y="${bar / 2 + 5}" text-anchor="middle" fill="${colours.dim}">matrix-users</text>
${groups.join('\n')}</g>
</svg>
`
}

/** Title, a blank line, and for each step a line, its output and a blank line. */
function linesOf({ steps }: Scene): number {
  return 2 + steps.reduce((sum, { output }) => sum + output.length + 2, 0)
}

function lengthOf({ steps }: Scene): number {
  return 1 + steps.reduce((sum, step) => sum + typingOf(step) + readingOf(step), 0)
}

const typingOf = (step: Step): number => ('command' in step ? step.command.length * 0.04 : 0)
const readingOf = ({ output }: Step): number => 1.6 + output.length * 0.4

function drawScene(
  { title, steps }: Scene,
  from: number,
  until: number,
  scale: number,
): (Part & { typing?: string })[] {
  const parts: (Part & { typing?: string })[] = []
  let [line, time] = [0, from]
  parts.push({ markup: text(`# ${title}`, line, colours.dim), from: time, until })
  line += 2
  time += scale
  for (const step of steps) {
    const typed = time + typingOf(step) * scale
    if ('command' in step) parts.push({ from: time, until, ...typing(step.command, line, time, typed) })
    else parts.push({ markup: text(step.remark, line, colours.dim), from: time, until })
    line++
    const output = step.output.map((row, at) => text(row, line + at, 'remark' in step ? colours.dim : colours.text))
    parts.push({ markup: output.join(''), from: typed + 0.25 * scale, until })
    line += step.output.length + 1
    time = typed + readingOf(step) * scale
  }
  return parts
}

/** What hides the rest of a command while it is typed, with a cursor at its beginning. */
function typing(words: string, line: number, from: number, until: number) {
  const name = `t${Math.round(from * 1000)}`
  const letters = words.length
  const frames = `@keyframes ${name}{0%,${percent(from)}{opacity:1;transform:none;animation-timing-function:steps(${letters})}${percent(until)}{opacity:1;transform:translateX(${letters * letter}px)}${percent(until + 0.2)},100%{opacity:0;transform:translateX(${letters * letter}px)}}`
  const cover = `<g class="t" style="animation-name:${name}"><rect x="${left + 2 * letter}" y="${y(line) - 16}" width="${width}" height="${lineHeight}" fill="${colours.ground}"/><rect x="${left + 2 * letter}" y="${y(line) - 14}" width="${letter}" height="18" fill="${colours.text}"/></g>`
  return { markup: command(words, line) + cover, typing: frames }
}

const y = (line: number): number => bar + top + line * lineHeight

function command(words: string, line: number): string {
  return text('$', line, colours.prompt) + text(words, line, colours.command, 2)
}

/** Words that show what became of something are marked. */
function text(words: string, line: number, fill: string, column = 0): string {
  const marked = escaped(words).replace(
    /\b(suspended)\b(?! @)|\(removed\)/g,
    `<tspan fill="${colours.mark}">$&</tspan>`,
  )
  return `<text x="${left + column * letter}" y="${y(line)}" fill="${fill}" textLength="${(words.length * letter).toFixed(1)}" xml:space="preserve">${marked}</text>`
}

function keyframes(name: string, from: number, until: number): string {
  return `@keyframes ${name}{0%{opacity:${from === 0 ? 1 : 0}}${percent(from)}{opacity:1}${until >= seconds ? '' : `${percent(until)}{opacity:0}`}}`
}

function percent(time: number): string {
  return `${((time / seconds) * 100).toFixed(2)}%`
}

function escaped(words: string): string {
  return words.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')
}
