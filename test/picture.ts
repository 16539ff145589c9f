import { spawnSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { drawScenes, type Scene, type Step } from './picture-scenes.ts'

/** Part of `make screenshots`: docs/demo.svg, parts of the demo's real output as a terminal would show them, typed in half a minute. */
const shownParts = [/^Alice/, /^A friend/, /^Bob/, /^The same in a browser/]
/** Characters of a line. */
const columns = 96

/** A line that is too long continues below. */
function wrap(line: string): string[] {
  const [, indent = ''] = /^( *)/.exec(line) ?? []
  const pieces = line.trim().match(new RegExp(`.{1,${columns - indent.length}}(?= |$)`, 'g')) ?? ['']
  return pieces.map((piece) => indent + piece.trimStart())
}

/** A part of the demo: its commands, what they print, and the room; without exit codes and checks. */
function sceneOf(part: string): Scene {
  const [title = '', ...lines] = part.trim().split('\n')
  const steps: Step[] = []
  for (const line of lines) {
    if (line.startsWith('$ ')) steps.push({ command: line.slice(2), output: [] })
    else if (/^ {3}the admin room/.test(line)) steps.push({ remark: line.trim(), output: [] })
    else if (/^ {3}│/.test(line)) steps.at(-1)?.output.push(...wrap(line.slice(5)))
  }
  return { title, steps }
}

const demo = spawnSync(process.execPath, ['--import=tsx', join(import.meta.dirname, 'demo.ts')], { encoding: 'utf8' })
if (demo.status !== 0) throw new Error(`the demo failed:\n${demo.stdout}${demo.stderr}`)
const parts = demo.stdout.replaceAll(/\/tmp\/matrix-users-demo-\w+/g, '~').split('\n── ')
const scenes = shownParts.map((title) => sceneOf(parts.find((part) => title.test(part)) ?? ''))
writeFileSync(join(import.meta.dirname, '../docs/demo.svg'), drawScenes(scenes))
