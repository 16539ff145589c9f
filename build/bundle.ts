import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { type BuildOptions, build, type Plugin } from 'esbuild'
import { root } from './base.ts'

const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { version: string }

const common: BuildOptions = {
  bundle: true,
  minify: true,
  platform: 'node',
  target: 'node20',
  format: 'cjs',
  // Inside the executable only `require` finds files.
  supported: { 'dynamic-import': false },
  legalComments: 'none',
  logLevel: 'warning',
  absWorkingDir: root,
  define: { __VERSION__: JSON.stringify(version) },
}

/** ky uses these when it loads; the built-in ones would load undici, which costs 100 ms. */
const miniature = { Request: 'MiniRequest', Response: 'MiniResponse', Headers: 'MiniHeaders' }
const unneeded = ['FormData', 'ReadableStream', 'fetch']

function withoutUndici(): Record<string, string> {
  const pairs = [...Object.entries(miniature), ...unneeded.map((name) => [name, 'undefined'] as const)]
  return Object.fromEntries(
    pairs.flatMap(([name, mini]) => [
      [name, mini],
      [`globalThis.${name}`, mini],
    ]),
  )
}

/** The panel needs the real Request and Response: it is a bundle of its own, loaded when it is used. */
const panelApart: Plugin = {
  name: 'panel-apart',
  setup({ onResolve }) {
    onResolve({ filter: /\/panel\/main\.ts$/ }, () => ({ path: './panel.cjs', external: true }))
  },
}

/** What the panel's pages load, carried inside the bundle. */
function assets(): Record<string, string> {
  const text = (name: string) => JSON.stringify(readFileSync(join(root, 'src/panel/assets', name), 'utf8'))
  return { __PANEL_STYLE__: text('style.css'), __PANEL_SCRIPT__: text('page.js') }
}

/**
 * What libraries load or ask for when they start, and do not need here: yargs looks for a package.json upwards from the working
 * directory, for a version that it is given anyway; its assertions load node's comparison of objects; it creates the stream of
 * stdout, which is slow, for the width of help. dotenv loads all of node:crypto to decrypt vaults.
 */
const trimmed: [file: RegExp, from: string, to: string][] = [
  [
    /\/yargs\/lib\/platform-shims\/esm\.mjs$/,
    "import escalade from 'escalade/sync'",
    'const escalade = () => undefined',
  ],
  [
    /\/yargs\/lib\/platform-shims\/esm\.mjs$/,
    "import { notStrictEqual, strictEqual } from 'assert'",
    `const check = (holds, message) => { if (!holds) throw new Error(message) }
     const notStrictEqual = (a, b, message) => check(!Object.is(a, b), message)
     const strictEqual = (a, b, message) => check(Object.is(a, b), message)`,
  ],
  [
    /\/yargs\/lib\/platform-shims\/esm\.mjs$/,
    "typeof process.stdout.columns !== 'undefined' ? process.stdout.columns : null",
    'null',
  ],
  [/\/dotenv\/lib\/main\.js$/, "require('crypto')", 'undefined'],
]

const trimLibraries: Plugin = {
  name: 'trim-libraries',
  setup({ onLoad }) {
    onLoad({ filter: /\/(platform-shims\/esm\.mjs|dotenv\/lib\/main\.js)$/ }, ({ path }) => {
      let contents = readFileSync(path, 'utf8')
      for (const [file, from, to] of trimmed) {
        if (!file.test(path)) continue
        if (!contents.includes(from)) throw new Error(`${path} is another version than the build knows: no ${from}`)
        contents = contents.replace(from, to)
      }
      return { contents }
    })
  },
}

/** Writes the program into `folder`: matrix-users.cjs and panel.cjs, which it requires. */
export async function bundle(folder: string): Promise<void> {
  await build({
    ...common,
    entryPoints: ['src/main.ts'],
    outfile: join(folder, 'matrix-users.cjs'),
    define: { ...common.define, ...withoutUndici() },
    inject: ['src/matrix/mini-web.ts'],
    plugins: [panelApart, trimLibraries],
  })
  await build({
    ...common,
    entryPoints: ['src/panel/main.ts'],
    outfile: join(folder, 'panel.cjs'),
    define: { ...common.define, ...assets() },
  })
}

/** Writes one file without imports: the launcher, or a part of the build that the base runs. */
export async function bundleOne(entry: string, outfile: string, define: Record<string, string> = {}): Promise<void> {
  await build({ ...common, entryPoints: [entry], outfile, define })
}

/** The text of a bundle in the function that CommonJS puts around it. Throws where it is not ASCII, since the launcher reads it so. */
export function wrapped(bundle: string): string {
  const text = readFileSync(bundle, 'utf8')
  if (/[^\0-\x7F]/.test(text)) throw new Error(`${bundle} is not ASCII`)
  return `(function (exports, require, module) {${text}\n})`
}
