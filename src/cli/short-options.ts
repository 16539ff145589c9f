import { optionNames, optionOf } from './commands/options.ts'

const longNames: ReadonlyMap<string, string> = new Map([
  ['-h', '--help'],
  ['-V', '--version'],
  ...optionNames.flatMap((name): [string, string][] => {
    const { short } = optionOf(name)
    return short === undefined ? [] : [[`-${short}`, `--${name}`]]
  }),
])

/** The words with each one-letter option in its long form. What follows `--` is never an option. */
export function withLongOptions(argv: readonly string[]): string[] {
  const end = argv.indexOf('--')
  return argv.map((word, at) => (end >= 0 && at > end ? word : (longNames.get(word) ?? word)))
}

/** The words before `--`. */
export function beforeDashes(argv: readonly string[]): readonly string[] {
  const end = argv.indexOf('--')
  return end < 0 ? argv : argv.slice(0, end)
}
