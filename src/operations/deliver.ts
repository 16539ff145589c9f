import { type ExitCode, exitCodes } from '../errors.ts'
import type { Io } from '../system/io.ts'
import type { AdminCommand, Reply } from './run.ts'

export interface Delivery {
  json: boolean
  /** The account, where the JSON of several must be told apart. */
  user?: string | undefined
  /** Redact a reply with a secret once it was delivered. */
  redact: boolean
  /** Unix ms when the command began. */
  started: number
}

/** Relays a reply, judges its effect, redacts its secret. Gives the exit code. */
export async function deliver(io: Io, command: AdminCommand, reply: Reply, how: Delivery): Promise<ExitCode> {
  if (how.json) {
    const head = {
      ...(how.user === undefined ? {} : { user: how.user }),
      command: command.line,
      room_id: reply.roomId,
      event_id: reply.eventId,
      reply: await collect(reply.chunks),
    }
    await io.write(JSON.stringify(head).slice(0, -1))
  } else await relay(io, reply.chunks)

  const { effect, note } = await reply.verdict()
  const redacted = command.secret && how.redact && effect !== false ? await tryRedact(io, reply) : false
  if (how.json)
    await io.write(`,${JSON.stringify({ effect, redacted, elapsed_ms: Date.now() - how.started }).slice(1)}\n`)
  if (effect === false) io.warn(`the command had no effect${note === undefined ? '' : `: ${note}`}`)
  else if (note !== undefined) io.notice(`note: ${note}`)
  return effect === false ? exitCodes.noEffect.code : exitCodes.ok.code
}

/** The reply's bytes as they come, and one newline if they lack one at the end. */
async function relay(io: Io, chunks: AsyncIterable<Uint8Array>): Promise<void> {
  const newline = 10
  const decoder = io.stdoutIsTerminal ? new TextDecoder() : undefined
  let last: number | undefined
  for await (const chunk of chunks) {
    if (chunk.length === 0) continue
    // A terminal is shown escaped text, which needs whole characters.
    await io.write(decoder ? decoder.decode(chunk, { stream: true }) : chunk)
    last = chunk.at(-1)
  }
  if (last !== newline) await io.write('\n')
}

async function collect(chunks: AsyncIterable<Uint8Array>): Promise<string> {
  const parts: Uint8Array[] = []
  for await (const chunk of chunks) parts.push(chunk)
  return Buffer.concat(parts).toString('utf8')
}

async function tryRedact(io: Io, reply: Reply): Promise<boolean> {
  try {
    await reply.redact()
    return true
  } catch (error) {
    io.warn(
      `the password stays in the admin room: redacting the reply ${reply.replyId} failed: ${(error as Error).message}`,
    )
    return false
  }
}
