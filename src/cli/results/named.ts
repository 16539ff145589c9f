import type { Io } from '../../system/io.ts'

/** The terminal for one of several accounts or profiles: output comes below its name, notices and warnings after its name. */
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

/** The same for output that contains the name itself, such as JSON. */
export function namedBeside(io: Io, name: string): Io {
  return {
    ...io,
    notice: (text) => io.notice(`${name}: ${text}`),
    warn: (text) => io.warn(`${name}: ${text}`),
    botSaid: (text) => io.botSaid(text, name),
  }
}
