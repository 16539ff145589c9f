import { closeSync } from 'node:fs'
import { dirname } from 'node:path'
import { makeFolder, openThere } from '../system/open-file.ts'
import { appendLine, readFileRecovering, remove, removeLeftovers, replaceFile } from '../system/replace-file.ts'

/** One saved token. */
export interface Invite {
  token: string
  /** When it expires; undefined for one that another program wrote. */
  expires: Date | undefined
  /** When it was handed out. */
  given: Date | undefined
}

const form = /^([A-Za-z0-9._~-]{1,64})(?:\s+#(?:\s*expires (\S+Z))?(?:\s*given (\S+Z))?)?$/

/**
 * The file of invites: one line per token, `TOKEN  # expires 2026-11-30T21:32:46Z`, with ` given …` once it was handed out.
 * Lines of any other form stay as they are. Its methods throw SetupError for
 * what is not a regular file, or another user's; else what the file system says.
 */
export class Ledger {
  readonly file: string
  readonly #userId: number | undefined

  /** `userId`: this user. */
  constructor(dataDir: string, userId: number | undefined) {
    this.file = `${dataDir}/secrets/invite-tokens.txt`
    this.#userId = userId
  }

  /** Creates its folder, for the first run. */
  prepare(): void {
    makeFolder(dirname(this.file))
  }

  /** Throws where a token could not be saved: before one is minted, so that none is minted in vain. */
  requireWritable(): void {
    const descriptor = openThere(this.file, 'append', this.#userId)
    if (descriptor !== undefined) closeSync(descriptor)
  }

  /** Removes what killed runs left half written. Only the owner of the lock may call it. */
  tidy(): void {
    for (const file of [this.file, this.#pendingFile]) removeLeftovers(file)
  }

  read(): Invite[] {
    return this.#lines().flatMap((line) => parseInvite(line) ?? [])
  }

  append(invite: Invite): void {
    appendLine(this.file, formatInvite(invite), this.#userId)
  }

  /** Rewrites the lines of these tokens: `change` gives the new invite, or undefined to drop its line. Touches nothing where nothing changes. */
  rewrite(change: (invite: Invite) => Invite | undefined): void {
    const before = this.#lines()
    const after = before.flatMap((line) => {
      const invite = parseInvite(line)
      if (invite === undefined) return [line]
      const changed = change(invite)
      if (changed === invite) return [line]
      return changed === undefined ? [] : [formatInvite(changed)]
    })
    if (after.length === before.length && after.every((line, at) => line === before[at])) return
    replaceFile(this.file, after.map((line) => `${line}\n`).join(''))
  }

  /** The commands that were posted, or about to be, when the program was killed. */
  readPending(): Pending[] {
    const text = readFileRecovering(this.#pendingFile, this.#userId) ?? ''
    return [...text.matchAll(/^([0-9a-f-]{36}) (\S+Z)$/gm)].map(([, transactionId = '', expires = '']) => ({
      transactionId,
      expires: new Date(expires),
    }))
  }

  writePending(pending: readonly Pending[]): void {
    const lines = pending.map(({ transactionId, expires }) => `${transactionId} ${format(expires)}\n`)
    if (lines.length === 0) this.dropPending()
    else replaceFile(this.#pendingFile, lines.join(''))
  }

  dropPending(): void {
    remove(this.#pendingFile)
  }

  get #pendingFile(): string {
    return `${this.file}.pending`
  }

  #lines(): string[] {
    const lines = (readFileRecovering(this.file, this.#userId) ?? '').split('\n')
    if (lines.at(-1) === '') lines.pop()
    return lines
  }
}

/** A command to mint a token, by its transaction id: sent again it is the same event. */
export interface Pending {
  transactionId: string
  expires: Date
}

/** With seconds, as existing files have it. */
function format(time: Date): string {
  return time.toISOString().replace(/\.\d+Z$/, 'Z')
}

/** A line as an invite; undefined if it is something else. */
export function parseInvite(line: string): Invite | undefined {
  const match = form.exec(line.trimEnd())
  if (match?.[1] === undefined) return undefined
  const [expires, given] = [match[2], match[3]].map((time) => (time === undefined ? undefined : new Date(time)))
  if (Number.isNaN(expires?.getTime()) || Number.isNaN(given?.getTime())) return undefined
  return { token: match[1], expires, given }
}

export function formatInvite({ token, expires, given }: Invite): string {
  const notes = [...(expires ? [`expires ${format(expires)}`] : []), ...(given ? [`given ${format(given)}`] : [])]
  return notes.length === 0 ? token : `${token}  # ${notes.join(' ')}`
}
