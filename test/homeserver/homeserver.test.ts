import { randomUUID } from 'node:crypto'
import { readFileSync } from 'node:fs'
import t, { type Test } from 'tap'
import { allReleases, type Homeserver, type Release, startHomeserver } from './index.ts'
import { downTo, shapeOf } from './shape.ts'

interface Answer {
  status: number
  contentType: string
  contentDisposition?: string
  shape: unknown
}

interface Step extends Answer {
  method: string
  path: string
  as: string
  body?: unknown
  /** Where a later release answers otherwise. */
  on?: Partial<Record<Release, Partial<Answer>>>
}

/** Taken from recordings of two real servers, one of each release: scenes in order, with the shape of each answer. */
const scenes: { scene: string; steps: Step[] }[] = JSON.parse(
  readFileSync(new URL('shapes.json', import.meta.url), 'utf8'),
)

/** What a scene needs that was done to the real server out of sight. */
const stage: Record<string, (homeserver: Homeserver, names: Names) => void> = {
  'list-too-large': (homeserver) => {
    for (let number = 0; number < 1500; number++) homeserver.addAccount(`a-rather-long-localpart-number-${number}`)
  },
  'states-of-everybody': (homeserver) => {
    homeserver.addOperator('ed')
    homeserver.addAccount('flo', { deactivated: true })
    homeserver.addAccount('gus', { locked: true })
    homeserver.addAccount('hal', { suspended: true })
  },
  logins: (homeserver, names) => {
    for (const name of ['carol', 'gus', 'hal']) names[name] = homeserver.accounts.get(name)?.password
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

for (const release of allReleases)
  t.test(`answers as the recorded server of ${release} did`, (t) => replayAll(t, release))

async function replayAll(t: Test, release: Release) {
  const homeserver = await startHomeserver({ release, fresh: true, staticToken: 'sometoken' })
  t.teardown(() => homeserver.close())
  const names: Names = {
    room: homeserver.roomId,
    console: homeserver.consoleToken,
    static: 'sometoken',
    password: randomUUID(),
    'invalid token': randomUUID(),
  }
  for (const { scene, steps } of scenes) {
    stage[scene]?.(homeserver, names)
    let command: string | undefined
    for (const [at, step] of steps.entries()) {
      const { response, body } = await replay(homeserver, step, names)
      const label = `${scene} ${at}: ${step.method} ${step.path}`
      if (step.path.includes('/send/')) command = body.event_id
      await homeserver.idle()
      const { status, contentType, contentDisposition, shape } = { ...step, ...step.on?.[release] }
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
}

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
  if (typeof body.access_token === 'string') names.newest = body.access_token
  if (body.user_id === '@carol:home.test') names.member = String(body.access_token)
  names.issued = [...homeserver.tokens.keys()].at(-1)
  const [reply] = (body.chunk ?? []) as { event_id: string; content: { url?: string } }[]
  if (reply) names.reply = reply.event_id
  if (reply?.content.url) names.media = reply.content.url.split('/').at(-1)
}
