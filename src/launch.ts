import { createHash } from 'node:crypto'
import {
  closeSync,
  constants,
  existsSync,
  fstatSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { dirname } from 'node:path'
import { setFlagsFromString } from 'node:v8'
import { Script } from 'node:vm'

/**
 * The entry of an executable that carries source instead of V8's bytecode, which only a machine of the same kind can make: a
 * phone compiles a third of every command's time. So V8's compiled code is kept in the user's cache folder. Whatever is
 * wrong with that, the program runs as if there were none.
 */
declare const __BUNDLE_ID__: string
declare const require: NodeJS.Require
declare const module: NodeJS.Module
declare const __dirname: string

const { env, execPath, version, arch, pid } = process
const bundle = `${__dirname}/matrix-users.cjs`
const mostBytes = 8 * 1024 * 1024
const mostCommands = 40

interface Kept {
  /** The commands that were run: what they did not call is not compiled. */
  commands: string[]
  code: Buffer
}

interface Header {
  id: string
  commands: string[]
  sha256: string
}

/** V8 takes the code of another build of itself, and crashes: so it is bound to this very executable. */
function identity(): string {
  const { size, mtimeMs } = statSync(execPath)
  return [__BUNDLE_ID__, version, arch, size, mtimeMs].join(' ')
}

function cacheFile(): string | undefined {
  const folder = env.XDG_CACHE_HOME || (env.HOME ? `${env.HOME}/.cache` : undefined)
  return folder === undefined ? undefined : `${folder}/matrix-users/code`
}

const sha256 = (data: Buffer): string => createHash('sha256').update(data).digest('hex')

/** Only what we wrote, whole, and nobody else can write: it is executed. */
function read(file: string, id: string): Kept | undefined {
  const descriptor = openSync(file, constants.O_RDONLY | constants.O_NOFOLLOW)
  try {
    const { uid, mode, size } = fstatSync(descriptor)
    if (uid !== process.geteuid?.() || (mode & 0o077) !== 0 || size > mostBytes) return undefined
    const text = readFileSync(descriptor)
    const end = text.indexOf('\n')
    const header = JSON.parse(text.toString('utf8', 0, end)) as Header
    const code = text.subarray(end + 1)
    return header.id === id && header.sha256 === sha256(code) ? { commands: header.commands, code } : undefined
  } finally {
    closeSync(descriptor)
  }
}

function write(file: string, id: string, { commands, code }: Kept): void {
  const part = `${file}.${pid}`
  try {
    for (const folder of [dirname(dirname(file)), dirname(file)]) makeFolder(folder)
    const header: Header = { id, commands, sha256: sha256(code) }
    writeFileSync(part, Buffer.concat([Buffer.from(`${JSON.stringify(header)}\n`), code]), { mode: 0o600, flag: 'wx' })
    renameSync(part, file)
  } catch {
    rmSync(part, { force: true })
  }
}

/** Not the folders above it: a home that is not there is not made. */
function makeFolder(folder: string): void {
  if (!existsSync(folder)) mkdirSync(folder, 0o700)
}

function attempt<T>(what: () => T): T | undefined {
  try {
    return what()
  } catch {
    return undefined
  }
}

function launch(): void {
  const [file, id] = [cacheFile(), attempt(identity)]
  const kept = file !== undefined && id !== undefined ? attempt(() => read(file, id)) : undefined
  const source = `(function (exports, require, module, __filename, __dirname) {${readFileSync(bundle, 'utf8')}\n})`
  const script = new Script(source, { filename: bundle, ...(kept ? { cachedData: kept.code } : {}) })
  const commands = kept !== undefined && !script.cachedDataRejected ? kept.commands : []
  const words = process.argv.slice(2)
  const command = words.find((word) => /^[a-z][a-z-]{0,19}$/.test(word)) ?? words[0]?.slice(0, 20) ?? ''
  if (file !== undefined && id !== undefined && !commands.includes(command) && commands.length < mostCommands)
    process.once('exit', (code) => {
      if (code !== 0) return
      // Where it was set, V8 would refuse the code at a start without it.
      setFlagsFromString('--no-optimize-for-size')
      write(file, id, { commands: [...commands, command], code: script.createCachedData() })
    })
  script.runInThisContext()(module.exports, require, module, bundle, __dirname)
}

launch()
