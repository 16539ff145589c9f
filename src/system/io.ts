/** The terminal as commands see it. stdout gets the reply and nothing else; all else goes to stderr. */
export interface Io {
  /** Whether a person can be asked: stdin and stderr are terminals. */
  readonly isInteractive: boolean
  readonly stdoutIsTerminal: boolean
  readonly stderrIsTerminal: boolean
  /** Columns of the terminal of stdout; very many elsewhere. */
  columns(): number
  /** Whether nothing reads stdout: it was closed from the beginning, or its caller discards it. Not where a shell wrote `> /dev/null`. */
  stdoutIsUnread(): boolean
  /** Throws OutputError where stdout was closed from the beginning: `what`, which is shown only once, would be lost. */
  requireStdout(what: string): void
  /** Resolves when every byte was accepted. Throws OutputError. */
  write(data: string | Uint8Array): Promise<void>
  /** A notice of this program. All lines but the first are indented, here and below. */
  notice(text: string): void
  /** A message of the server's bot: each line says so, after the name of what it is about. */
  botSaid(text: string, about?: string): void
  warn(text: string): void
  fail(message: string, hint?: string): void
  /** Shows a text on a terminal, updated each second, until the returned function is called; elsewhere nothing. */
  waiting(text: () => string): () => void
  /** One line from the terminal. Only where `isInteractive`. */
  ask(question: string): Promise<string>
  /** One line from the terminal, not shown while it is typed. Only where `isInteractive`. */
  askSecret(question: string): Promise<string>
  /** All of stdin as text. Throws SetupError where that is more than `limit` bytes, by default 1 MiB. */
  readStdin(limit?: number): Promise<string>
}

/** A terminal that says nothing on stderr but warnings and errors. */
export function quiet(io: Io): Io {
  return { ...io, notice: () => {}, botSaid: () => {}, waiting: () => () => {} }
}
