import { readFileSync, writeFileSync } from 'node:fs'
import { setFlagsFromString } from 'node:v8'
import { Script } from 'node:vm'

/**
 * Run by the base as plain node, in two ways:
 * `record PROGRAM CODE RUNS`: runs the program for each of RUNS (JSON, `{ argv, env }[]`) in this one process and writes V8's
 * code of all that was called. `check PROGRAM CODE`: ends with 1 where V8 refuses that code.
 */
declare const require: (name: string) => unknown

export interface Run {
  argv: string[]
  env: Record<string, string>
}

const [, , how, program = '', code = '', runs = '[]'] = process.argv
const source = readFileSync(program, 'latin1')
const filename = 'matrix-users.js'
const exit = process.exit.bind(process)
if (how === 'record') void record(JSON.parse(runs) as Run[])
else exit(new Script(source, { filename, cachedData: readFileSync(code) }).cachedDataRejected === false ? 0 : 1)

async function record(runs: readonly Run[]): Promise<void> {
  // Otherwise V8 discards compiled code that is not called for a while.
  setFlagsFromString('--no-flush-bytecode')
  const script = new Script(source, { filename })
  for (const { argv, env } of runs) {
    const ended = await start(script, argv, env)
    if (ended !== 0) throw new Error(`\`${argv.join(' ')}\` ended with ${ended}`)
  }
  writeFileSync(code, script.createCachedData())
  exit(0)
}

/** Gives the exit code, by which the program ends its process. */
function start(script: Script, argv: readonly string[], env: Record<string, string>): Promise<number> {
  process.argv = [process.execPath, filename, ...argv]
  process.env = { ...env }
  process.removeAllListeners()
  return new Promise((resolve) => {
    process.exit = ((code: number) => resolve(code)) as typeof process.exit
    script.runInThisContext()({}, require, { exports: {} })
  })
}
