import { statSync } from 'node:fs'
import { getRawAsset } from 'node:sea'
import { Script } from 'node:vm'

/**
 * The entry of the executable: takes the program and V8's compiled code of it from the executable's own assets and starts it.
 * An executable for another kind of machine than the one that built it carries no code, since V8's is good for one kind only.
 * There, and should V8 refuse what is carried, the code is kept in the user's cache folder, command by command.
 */
declare const __BUNDLE_ID__: string
declare const require: (name: string) => unknown

const mostCommands = 40

/** pkg's base puts in front of the user's words the `--` that the build has written into it, and a word of its own but in this case. */
function ownArguments({ argv, env }: NodeJS.Process): string[] {
  return argv.slice(env.PKG_EXECPATH === 'PKG_INVOKE_NODEJS' ? 3 : 4)
}

/** The code of a help text and of a version is apart, so that no command pays for what it does not call. build/code.ts makes them. */
function codeFor(words: readonly string[]): Buffer {
  const [first] = words
  if (first === undefined || first === 'help' || words.includes('--help') || words.includes('-h'))
    return asset('help.code')
  return asset(first === '--version' || first === '-V' ? 'version.code' : 'command.code')
}

function asset(name: string): Buffer {
  return Buffer.from(getRawAsset(name) as ArrayBuffer)
}

/** The build makes sure that the text is ASCII. */
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

/** V8 takes the code of another build of itself, and crashes: so it is bound to this very executable. */
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
