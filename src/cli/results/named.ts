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
  const after = (text: string) => (isAbout(text, name) ? text : `${name}: ${text}`)
  return {
    ...io,
    notice: (text) => io.notice(after(text)),
    warn: (text) => io.warn(after(text)),
    botSaid: (text) => io.botSaid(text, name),
  }
}

/** Whether a text names this user ID itself. The name of a profile may be an ordinary word of a sentence. */
function isAbout(text: string, name: string): boolean {
  return name.startsWith('@') && text.split(/[\s,;()]+/).some((word) => word === name || word === `${name}:`)
}
