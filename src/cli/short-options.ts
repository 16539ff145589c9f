import { optionNames, optionOf } from './commands/options.ts'

const longNames: Readonly<Record<string, string>> = {
  '-h': '--help',
  '-V': '--version',
  ...Object.fromEntries(
    optionNames.flatMap((name) => {
      const { short } = optionOf(name)
      return short === undefined ? [] : [[`-${short}`, `--${name}`]]
    }),
  ),
}

/** The words with each one-letter option in its long form. What follows `--` is never an option. */
export function withLongOptions(argv: readonly string[]): string[] {
  const end = argv.indexOf('--')
  return argv.map((word, at) => (end >= 0 && at > end ? word : (longNames[word] ?? word)))
}

/** The words in front of `--`. */
export function beforeDashes(argv: readonly string[]): readonly string[] {
  const end = argv.indexOf('--')
  return end < 0 ? argv : argv.slice(0, end)
}
