import { execFile, spawnSync } from 'node:child_process'

/** For tests at a terminal. */
export const terminalNeeded = spawnSync('python3', ['--version']).status === 0 ? {} : { skip: 'needs python3' }

/** Types answers at a pseudo-terminal: whenever the first of the remaining questions was shown, its answer. Prints what was seen, then the exit code. */
const typist = `
import json, os, pty, signal, sys
argv, answers = json.loads(sys.argv[1])
pid, terminal = pty.fork()
if pid == 0: os.execvp(argv[0], argv)
seen, at = b'', 0
try:
    while True:
        seen += os.read(terminal, 4096)
        if answers and answers[0][0].encode() in seen[at:]:
            at = len(seen)
            answer = answers.pop(0)[1].encode()
            if answer.startswith(b'SIG'):
                os.kill(pid, getattr(signal, answer.decode()))
                continue
            os.write(terminal, answer if answer.endswith(b'\\t') else answer + b'\\r')
except OSError: pass
print(json.dumps([seen.decode('utf-8', 'replace'), os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])]))`

export interface Seen {
  /** All that the terminal showed, in order. */
  text: string
  code: number
}

/** Runs a program at a pseudo-terminal (Python's pty). `answers`: what to wait for, and what to type then, with Enter unless it ends with a Tab; or `SIGTERM` and the like, to be sent to the program. */
export function atTerminal(
  argv: readonly string[],
  env: Record<string, string>,
  answers: [string, string][],
): Promise<Seen> {
  // Without an end it would outlive its test, and keep the others waiting for its pipes.
  const end = { timeout: 240_000, killSignal: 'SIGKILL' } as const
  const options = { env: { PATH: process.env.PATH ?? '', HOME: '/nonexistent', ...env }, ...end }
  return new Promise((resolve, reject) => {
    execFile('python3', ['-c', typist, JSON.stringify([argv, answers])], options, (error, stdout) => {
      if (error) return reject(error)
      const [text, code] = JSON.parse(stdout) as [string, number]
      resolve({ text, code })
    })
  })
}
