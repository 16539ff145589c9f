import { spawn } from 'node:child_process'
import type { Homeserver } from './homeserver/index.ts'

/** Lines of an output that are shown. */
const shownLines = 8

export interface Outcome {
  code: number | null
  stdout: string
  stderr: string
}

/** Runs the program and shows what it prints, with a heading for each part of the story and a check for each promise. */
export class Stage {
  /** What did not hold. */
  readonly faults: string[] = []
  readonly #binary: string
  readonly #env: Record<string, string>
  readonly #limitMs: number

  constructor(binary: string, env: Record<string, string>, limitMs: number) {
    this.#binary = binary
    this.#env = env
    this.#limitMs = limitMs
  }

  heading(text: string): void {
    console.log(`\n── ${text}`)
  }

  check(what: string, holds: boolean): void {
    console.log(`   ${holds ? '✓' : '✗ NOT SO:'} ${what}`)
    if (!holds) this.faults.push(what)
  }

  /** Shows the last messages of the admin room, as everybody there sees them. */
  room({ room }: Homeserver, count: number): void {
    const messages = room.events.filter(({ type }) => type === 'm.room.message').slice(-count)
    const rows = messages.map(({ sender, content }) => {
      const [first = '', ...more] = String(content.body ?? '(removed)').split('\n')
      return `${sender.slice(1).split(':')[0]}\t${first}${more.length > 0 ? ' …' : ''}`
    })
    console.log('\n   the admin room now:')
    show(rows.join('\n'))
  }

  /** Nothing is in the program's environment but what it needs. */
  run(...args: string[]): Promise<Outcome> {
    return new Promise((resolve, reject) => {
      const child = spawn(this.#binary, args, {
        env: this.#env,
        stdio: ['ignore', 'pipe', 'pipe'],
        timeout: this.#limitMs,
      })
      const outcome: Outcome = { code: null, stdout: '', stderr: '' }
      child.stdout.on('data', (chunk) => {
        outcome.stdout += chunk
      })
      child.stderr.on('data', (chunk) => {
        outcome.stderr += chunk
      })
      child.once('error', reject)
      child.once('close', (code) => {
        console.log(`\n$ matrix-users ${args.join(' ')}`)
        if (outcome.stdout !== '') show(outcome.stdout)
        if (outcome.stderr !== '') show(outcome.stderr)
        console.log(`   exit ${code}`)
        resolve({ ...outcome, code })
      })
    })
  }

  /** Starts the panel, shows its address, asks for its first page, and ends it. */
  async panelAnswers(): Promise<boolean> {
    const env = { ...this.#env, ENABLE_USER_ADMIN: 'true', MATRIX_USERS_PANEL_PORT: '0' }
    const child = spawn(this.#binary, ['panel'], { env, stdio: ['ignore', 'pipe', 'pipe'] })
    console.log('\n$ matrix-users panel')
    try {
      let text = ''
      for await (const chunk of child.stdout) {
        text += chunk
        const url = /http:\/\/\S+/.exec(text)?.[0]
        if (url === undefined) continue
        show(text)
        return (await fetch(url)).status === 200
      }
      return false
    } finally {
      child.kill('SIGKILL')
    }
  }
}

/** Columns that tabs separate are aligned, as on a terminal. */
function show(output: string): void {
  const lines = output.trimEnd().split('\n')
  const cells = lines.map((line) => line.split('\t'))
  const widths: number[] = []
  for (const row of cells) for (const [at, cell] of row.entries()) widths[at] = Math.max(widths[at] ?? 0, cell.length)
  const aligned = cells.map((row) =>
    row.map((cell, at) => cell.padEnd(row.length > 1 ? (widths[at] ?? 0) : 0)).join('  '),
  )
  const more = lines.length - shownLines
  for (const line of more > 0 ? aligned.slice(0, shownLines) : aligned) console.log(`   │ ${line}`.trimEnd())
  if (more > 0) console.log(`   │ … and ${more} more lines`)
}
