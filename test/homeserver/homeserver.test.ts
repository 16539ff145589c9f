import { randomUUID } from 'node:crypto'
import { readFileSync } from 'node:fs'
import t from 'tap'
import { type Homeserver, startHomeserver } from './index.ts'
import { downTo, shapeOf } from './shape.ts'

interface Step {
  method: string
  path: string
  as: string
  body?: unknown
  status: number
  contentType: string
  contentDisposition?: string
  shape: unknown
}

/** Taken from a recording of a real server (continuwuity 26.7.3): scenes in order, with the shape of each answer. */
const scenes: { scene: string; steps: Step[] }[] = JSON.parse(
  readFileSync(new URL('shapes.json', import.meta.url), 'utf8'),
)

/** What a scene needs that was done to the real server out of sight. */
const stage: Record<string, (homeserver: Homeserver) => void> = {
  'list-too-large': (homeserver) => {
    for (let number = 0; number < 1500; number++) homeserver.addAccount(`a-rather-long-localpart-number-${number}`)
  },
  'registration-closed': (homeserver) => {
    homeserver.registration = 'closed'
  },
}

/** Values that stand in the scenes by name, as they come up. */
interface Names extends Record<string, string | undefined> {
  operator?: string
  member?: string
}

t.test('answers as the recorded server did', async (t) => {
  const homeserver = await startHomeserver({ fresh: true, staticToken: 'sometoken' })
  t.teardown(() => homeserver.close())
  const names: Names = {
    room: homeserver.roomId,
    console: homeserver.consoleToken,
    static: 'sometoken',
    password: randomUUID(),
    'invalid token': randomUUID(),
  }
  for (const { scene, steps } of scenes) {
    stage[scene]?.(homeserver)
    let command: string | undefined
    for (const [at, step] of steps.entries()) {
      const { response, body } = await replay(homeserver, step, names)
      const label = `${scene} ${at}: ${step.method} ${step.path}`
      if (step.path.includes('/send/')) command = body.event_id
      await homeserver.idle()
      const { status, contentType, contentDisposition, shape } = step
      const seen = {
        status: response.status,
        contentType: response.headers.get('content-type')?.split(';')[0],
        contentDisposition: response.headers.get('content-disposition') ?? undefined,
        shape: shapeOf(downTo(body, command), command),
      }
      t.strictSame(seen, { status, contentType, contentDisposition, shape }, label)
      learn(homeserver, names, body)
    }
  }
})

async function replay(homeserver: Homeserver, { method, path, as, body }: Step, names: Names) {
  const fill = (text: string, encode: (value: string) => string) =>
    text.replace(/\{(\w+)\}/g, (whole, name) => (name in names ? encode(names[name] ?? '') : whole))
  const token = names[as]
  const response = await fetch(`${homeserver.url}${fill(path, encodeURIComponent)}`, {
    method,
    headers: token === undefined ? {} : { authorization: `Bearer ${token}` },
    ...(body === undefined ? {} : { body: fill(JSON.stringify(body), (value) => value) }),
  })
  const text = await response.text()
  const isJson = response.headers.get('content-type') === 'application/json'
  return { response, body: isJson ? JSON.parse(text) : text }
}

function learn(homeserver: Homeserver, names: Names, body: Record<string, unknown>): void {
  if (typeof body.session === 'string') names.session = body.session
  if (body.user_id === '@admin:home.test' && typeof body.access_token === 'string') names.operator ??= body.access_token
  if (body.user_id === '@carol:home.test') names.member = String(body.access_token)
  names.issued = [...homeserver.tokens.keys()].at(-1)
  const [reply] = (body.chunk ?? []) as { event_id: string; content: { url?: string } }[]
  if (reply) names.reply = reply.event_id
  if (reply?.content.url) names.media = reply.content.url.split('/').at(-1)
}
