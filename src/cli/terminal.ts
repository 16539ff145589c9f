import { writeSync } from 'node:fs'
import { InterruptedError, OutputError } from '../errors.ts'
import { escapeControls } from '../system/foreign-text.ts'
import type { Io } from '../system/io.ts'
import { isUnread } from '../system/unread-output.ts'

const stdout = 1
const stderr = 2
const retryPause = 5

/** The real terminal. `terminal`: which descriptors are terminals; `color`: when stderr is coloured; `interrupt` ends waiting for stdin. */
export function createIo(
  terminal: { stdin: boolean; stdout: boolean; stderr: boolean },
  color: 'never' | 'always' | 'terminal',
  interrupt?: AbortSignal,
): Io {
  const painted = color === 'always' || (color === 'terminal' && terminal.stderr)
  const paint = (code: number, text: string) => (painted ? `\u001B[${code}m${text}\u001B[0m` : text)
  let shown = false
  const clear = () => {
    if (shown) writeDiagnostic('\r\u001B[K')
    shown = false
  }
  // Lines after the first are indented, so that foreign text in a notice cannot look like an error of this program.
  const say = (text: string, before = '') => {
    clear()
    const lines = escapeControls(text).replaceAll('\n', '\n  ')
    writeDiagnostic(`${before}${before === '' && /^(matrix-users|hint|bot):/.test(lines) ? '  ' : ''}${lines}\n`)
  }
  // Without this, an interruption would not end a question.
  const whenInterrupted: WhenInterrupted = (end) => {
    if (interrupt?.aborted) end(interrupt.reason)
    else interrupt?.addEventListener('abort', () => end(interrupt.reason), { once: true })
  }
  return {
    isInteractive: terminal.stdin && terminal.stderr,
    stdoutIsTerminal: terminal.stdout,
    stderrIsTerminal: terminal.stderr,
    columns: () => (terminal.stdout && process.stdout.columns) || Number.POSITIVE_INFINITY,
    stdoutIsUnread: () => !terminal.stdout && isUnread(stdout),
    requireStdout(what) {
      if (this.stdoutIsUnread())
        throw new OutputError(`stdout is closed, so ${what} would be lost: nothing was sent`, {
          hint: 'redirect stdout to a file or a pipe (`> /dev/null` discards what is printed)',
        })
    },
    async write(data) {
      if (terminal.stdout) clear()
      const text = typeof data === 'string' && terminal.stdout ? escapeControls(data) : data
      await writeAll(typeof text === 'string' ? Buffer.from(text) : text)
    },
    notice: (text) => say(text),
    botSaid(text, about) {
      const name = about === undefined ? '' : `${about}: `
      const lines = escapeControls(text.trimEnd()).split('\n')
      clear()
      writeDiagnostic(lines.map((line) => `${name}bot: ${line}\n`).join(''))
    },
    warn: (text) => say(text, `matrix-users: ${paint(33, 'warning:')} `),
    fail(message, hint) {
      say(message, `matrix-users: ${paint(31, 'error:')} `)
      if (hint !== undefined) say(hint, 'hint: ')
    },
    waiting(text) {
      if (!terminal.stderr) return () => {}
      const timer = setInterval(() => {
        shown = true
        writeDiagnostic(`\r\u001B[K${escapeControls(text())}`)
      }, 1000)
      return () => {
        clearInterval(timer)
        clear()
      }
    },
    ask: lineReader(whenInterrupted),
    askSecret: hiddenReader(whenInterrupted),
    async readStdin(limit) {
      if (this.isInteractive) say('reading what you type, up to Ctrl-D on an empty line')
      const { readAll } = await import('../system/read-input.ts')
      whenInterrupted((reason) => process.stdin.destroy(reason))
      return readAll(process.stdin, 'stdin', limit)
    },
  }
}

/** Calls `end` with the reason when the program is interrupted. */
type WhenInterrupted = (end: (reason: Error) => void) => void

function givenUp(): InterruptedError {
  return new InterruptedError('interrupted: nothing was done')
}

function lineReader(whenInterrupted: WhenInterrupted): (question: string) => Promise<string> {
  return async (question) => {
    const { createInterface } = await import('node:readline/promises')
    const reader = createInterface({ input: process.stdin, output: process.stderr })
    // Without these, Ctrl-C and Ctrl-D would end the program with exit code 0.
    const ended = new Promise<never>((_resolve, reject) => {
      reader.once('SIGINT', () => reject(givenUp()))
      reader.once('close', () => reject(givenUp()))
    })
    whenInterrupted(() => reader.close())
    try {
      return await Promise.race([reader.question(question), ended])
    } catch (error) {
      writeDiagnostic('\n')
      throw error
    } finally {
      ended.catch(() => {})
      reader.close()
    }
  }
}

/** Reads lines without showing them: key by key, since otherwise the terminal echoes them. */
function hiddenReader(whenInterrupted: WhenInterrupted): (question: string) => Promise<string> {
  // What was typed or pasted after the end of the line answers the next question.
  let keys = ''
  return (question) =>
    new Promise((resolve, reject) => {
      const { stdin } = process
      let [line, over] = ['', false]
      const finish = (settle: () => void) => {
        if (over) return
        over = true
        stdin.off('data', take).off('end', giveUp).pause()
        stdin.setRawMode(false)
        writeDiagnostic('\n')
        settle()
      }
      const giveUp = () => finish(() => reject(givenUp()))
      const take = (chunk: string) => {
        keys += chunk
        for (const key of keys) {
          keys = keys.slice(key.length)
          if (key === '\r' || key === '\n') return finish(() => resolve(line))
          if (key === '\u0003' || key === '\u0004') return giveUp()
          line = key === '\u007F' || key === '\b' ? [...line].slice(0, -1).join('') : line + key
        }
      }
      // Before the question, so that a very quick answer is not shown either.
      stdin.setRawMode(true)
      writeDiagnostic(question)
      stdin.setEncoding('utf8').on('data', take).once('end', giveUp).resume()
      take('')
      whenInterrupted(giveUp)
    })
}

async function writeAll(data: Uint8Array): Promise<void> {
  let offset = 0
  while (offset < data.length) {
    try {
      offset += writeSync(stdout, data, offset)
    } catch (error) {
      const code = (error as NodeJS.ErrnoException).code
      if (code === 'EPIPE') throw new OutputError('stdout was closed before the output was complete', { cause: error })
      if (code !== 'EAGAIN') throw new OutputError(`cannot write to stdout (${code})`, { cause: error })
      await new Promise((resolve) => setTimeout(resolve, retryPause))
    }
  }
}

/** A closed or full stderr must not end a command. */
function writeDiagnostic(text: string): void {
  try {
    writeSync(stderr, text)
  } catch {}
}
