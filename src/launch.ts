import { statSync } from 'node:fs'
import { getRawAsset } from 'node:sea'
import { Script } from 'node:vm'

/**
 * The entry of the executable: reads the program and its compiled code from the executable's assets and starts it.
 * V8's code works on one kind of machine only, so an executable that was built for another kind carries none. In that case,
 * and if V8 refuses the code, compiled code is kept in the user's cache folder, command by command.
 */
declare const __BUNDLE_ID__: string
declare const require: (name: string) => unknown

const mostCommands = 40

/** The user's arguments. pkg's base adds the `--` that the build wrote into it and, except in this case, one more word. */
function ownArguments({ argv, env }: NodeJS.Process): string[] {
  return argv.slice(env.PKG_EXECPATH === 'PKG_INVOKE_NODEJS' ? 3 : 4)
}

/** Help texts and `--version` have compiled code of their own, so that a command loads only what it calls. build/code.ts makes it. */
function codeFor(words: readonly string[]): Buffer {
  const [first] = words
  if (first === undefined || first === 'help' || words.includes('--help') || words.includes('-h'))
    return asset('help.code')
  return asset(first === '--version' || first === '-V' ? 'version.code' : 'command.code')
}

function asset(name: string): Buffer {
  return Buffer.from(getRawAsset(name) as ArrayBuffer)
}

/** The build checks that the text is ASCII. */
function compile(name: string, cachedData?: Buffer): Script {
  return new Script(asset(name).toString('latin1'), { filename: name, ...(cachedData?.length ? { cachedData } : {}) })
}

function run(script: Script): unknown {
  const module = { exports: {} }
  script.runInThisContext()(module.exports, requireHere, module)
  return module.exports
}

let panel: unknown
function requireHere(name: string): unknown {
  if (name !== './panel.cjs') return require(name)
  panel ??= run(compile('panel.js'))
  return panel
}

/** V8 accepts the code of another build of itself and crashes, so kept code belongs to exactly this executable. */
function identity({ execPath, version, arch }: NodeJS.Process): string | undefined {
  const status = statSync(execPath, { throwIfNoEntry: false })
  return status && [__BUNDLE_ID__, version, arch, status.size, status.mtimeMs].join(' ')
}

async function compileWithKept(words: readonly string[]): Promise<Script> {
  const { XDG_CACHE_HOME, HOME } = process.env
  const folder = XDG_CACHE_HOME || (HOME && `${HOME}/.cache`)
  const [user, id] = [process.geteuid?.(), identity(process)]
  if (!folder || user === undefined || id === undefined) return compile('matrix-users.js')
  const { keepCode, readKeptCode } = await import('./system/kept-code.ts')
  const kept = readKeptCode(folder, id, user)
  const script = compile('matrix-users.js', kept?.code)
  const commands = kept !== undefined && !script.cachedDataRejected ? kept.commands : []
  const command = words.find((word) => /^[a-z][a-z-]{0,19}$/.test(word)) ?? words[0]?.slice(0, 20) ?? ''
  if (!commands.includes(command) && commands.length < mostCommands)
    process.once('exit', (code) => {
      if (code === 0) keepCode(folder, id, user, { commands: [...commands, command], code: script.createCachedData() })
    })
  return script
}

async function launch(): Promise<void> {
  const words = ownArguments(process)
  process.argv = [process.execPath, process.execPath, ...words]
  const carried = codeFor(words)
  const script = carried.length > 0 ? compile('matrix-users.js', carried) : undefined
  run(script === undefined || script.cachedDataRejected ? await compileWithKept(words) : script)
}

void launch()
