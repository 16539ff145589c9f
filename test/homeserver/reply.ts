import type { Answer } from './command.ts'
import { split } from './split.ts'
import type { World } from './world.ts'

type Content = Record<string, unknown>

/** What is answered: a command, which may itself stand in a thread. */
export interface Asked {
  eventId: string
  thread: string | undefined
}

/** The events of one reply, in order. */
export interface Reply {
  contents: readonly Content[]
  /** What an event relates to, given the event of this reply before it. */
  relation(previous: string | undefined): Content | undefined
}

/** The largest content of an event that holds a part of a reply, where replies are split. */
const partLimit = 54_783

/** How this server would word a reply as events. A file's text is stored with its media. */
export function replyTo(asked: Asked, answer: Answer, asFile: boolean, world: World): Reply {
  const parts = asFile ? undefined : partsOf(answer, world)
  const contents = parts?.map((body) => notice(body, answer)) ?? [file(answer, world)]
  const { split } = world.release
  if (!split) return { contents, relation: () => (parts ? inReplyTo(asked.eventId) : undefined) }
  const root = asked.thread ?? (split.threads ? asked.eventId : undefined)
  if (root !== undefined) return { contents, relation: () => ({ rel_type: 'm.thread', event_id: root }) }
  return { contents, relation: (previous = asked.eventId) => inReplyTo(previous) }
}

export function inReplyTo(event: string): Content {
  return { 'm.in_reply_to': { event_id: event } }
}

/** Undefined where the reply has to be a file. */
function partsOf(answer: Answer, { release, faults }: World): string[] | undefined {
  const { body, plain } = answer
  if (!release.split) {
    const size = Buffer.byteLength(body) + (plain ? 0 : Buffer.byteLength(paragraph(body)))
    return size > faults.fileLimit ? undefined : [body]
  }
  const bytes = (value: unknown) => Buffer.byteLength(JSON.stringify(value)) - 2
  const budget = Math.min(partLimit, faults.fileLimit) - bytes(notice('', answer))
  const measure = (text: string) => bytes(text) + (plain ? 0 : bytes(htmlOf(text)))
  const parts = split(body, !plain, budget, measure)
  return parts.length > release.split.events ? undefined : parts
}

function notice(body: string, { plain }: Answer): Content {
  const formatted = plain ? {} : { format: 'org.matrix.custom.html', formatted_body: paragraph(body) }
  return { msgtype: 'm.notice', body, ...formatted }
}

function file({ body }: Answer, { words, media, serverName }: World): Content {
  const bytes = Buffer.from(body)
  const id = media.store({ filename: 'output.md', contentType: 'text/markdown', bytes })
  const info = { mimetype: 'text/markdown', size: bytes.length }
  const url = `mxc://${serverName}/${id}`
  return { msgtype: 'm.file', body: words.sentence('file'), filename: 'output.md', info, url }
}

function paragraph(text: string): string {
  return `<p>${htmlOf(text)}</p>\n`
}

function htmlOf(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('\n', '<br />\n')
}
