import type { Io } from '../../system/io.ts'

/** The terminal for one of several things that speak in turn: what is written stands under its name, what is said beside it after its name. */
export function underName(io: Io, name: string): Io {
  let begun = false
  return {
    ...namedBeside(io, name),
    async write(data) {
      if (!begun) await io.write(`${name}:\n`)
      begun = true
      await io.write(data)
    },
  }
}

/** The same where what is written names it itself, as JSON does. */
export function namedBeside(io: Io, name: string): Io {
  return {
    ...io,
    notice: (text) => io.notice(`${name}: ${text}`),
    warn: (text) => io.warn(`${name}: ${text}`),
    botSaid: (text) => io.botSaid(text, name),
  }
}
