import t, { type Test } from 'tap'
import { Random } from '../fuzz/random.ts'
import { allVoices, type Executed, type Release } from '../homeserver/index.ts'
import { type SimulatedBed, simulatedBed } from './bed.ts'

/** As which servers: all, or the one that MATRIX_TEST_RELEASE chooses. */
const voices = process.env.MATRIX_TEST_RELEASE ? [process.env.MATRIX_TEST_RELEASE as Release] : allVoices
const seed = process.env.MATRIX_TEST_SEED ?? 'crowd'
const rounds = Number(process.env.MATRIX_TEST_ROUNDS ?? 6)

/** So many that a list of them is a file on some servers and takes several events on others. */
const accounts = 2600

const ours = [
  ['list'],
  ['create', 'ours'],
  ['run', '--secret', '--', 'users', 'list-users'],
  ['reset-password', 'user1'],
]

type Moment = 'before' | 'posted' | 'between'

interface Deed {
  moment: Moment
  /** Whether it may hide from anybody where our reply ends, so that no reply is right as well. */
  obscures?: boolean
  act(room: Room): void
}

interface Room {
  bed: SimulatedBed
  colleague: string
  /** Our command; undefined before it was posted. */
  command: string | undefined
}

const said = (body: string) => ({
  act: ({ bed, colleague }: Room) => void bed.hs.post(colleague, body),
})

/** What others do in the room. `number` makes names that nobody else has. */
function deed(random: Random, number: number): Deed {
  const moment = random.pick<Moment>(['before', 'posted', 'between'])
  const commands = ['users list-users', `users create-user theirs${number}`, '--version', 'users vado']
  const line = `!admin ${random.pick(commands)}`
  const kinds: Omit<Deed, 'moment'>[] = [
    said(line),
    said(line),
    said('vado minu'),
    { act: ({ bed, colleague, command }) => void bed.hs.post(colleague, 'kero?', command) },
    {
      obscures: true,
      act: ({ bed, colleague, command }) =>
        void (command === undefined ? bed.hs.post(colleague, line) : bed.hs.postInThread(colleague, line, command)),
    },
    { obscures: true, act: ({ bed }) => void bed.hs.botSays('pesti vado') },
    {
      obscures: true,
      act: ({ bed, colleague }) => void bed.hs.redact(bed.hs.post(colleague, line), colleague),
    },
  ]
  return { moment, ...random.pick(kinds) }
}

for (const release of voices)
  t.test(`${release}: with others at work, what is relayed is what the bot answered to us, all of it`, async (t) => {
    const bed = await simulatedBed(t, { release, accounts, people: ['user1'] })
    const colleague = bed.hs.addOperator('carol').mxid
    const stage = new Stage(bed, colleague)
    for (let round = 0; round < rounds; round++) {
      const random = new Random(`${seed} ${release} ${round}`)
      const deeds = Array.from({ length: 1 + random.below(5) }, (_, at) => deed(random, round * 10 + at))
      bed.hs.delayMs = random.below(4)
      const args = random.pick(ours).map((word) => (word === 'ours' ? `ours${round}` : word))
      await play(t, stage, args, deeds, `${seed} ${release} ${round}: ${args.join(' ')}`)
    }
  })

/** Has others do what they do when its moment comes. */
class Stage {
  readonly room: Room
  #deeds: Deed[] = []

  constructor(bed: SimulatedBed, colleague: string) {
    this.room = { bed, colleague, command: undefined }
    bed.hs.onCommand('posted', /^users/, () => {
      const newest = bed.hs.room.events.at(-1)
      if (this.room.command !== undefined || newest?.sender !== bed.operator.mxid) return
      this.room.command = newest.event_id
      this.now('posted')
    })
    bed.hs.betweenParts(/./, () => this.now('between'))
  }

  begin(deeds: readonly Deed[]): void {
    this.room.command = undefined
    this.#deeds = [...deeds]
    this.now('before')
  }

  now(moment: Moment): void {
    const due = this.#deeds.filter((deed) => deed.moment === moment)
    this.#deeds = this.#deeds.filter((deed) => deed.moment !== moment)
    for (const { act } of due) act(this.room)
  }
}

async function play(t: Test, stage: Stage, args: string[], deeds: Deed[], name: string): Promise<void> {
  const { bed } = stage.room
  stage.begin(deeds)
  const [command = '', ...words] = args
  const { code, stdout, stderr } = await bed.run(command, '--timeout', '10', ...words)
  await bed.hs.idle()
  const asked = bed.hs.executed.find(({ eventId }) => eventId === stage.room.command)
  const obscured = deeds.some(({ obscures }) => obscures)
  if (code === 4 && obscured) t.match(stderr, /no reply|incomplete|redacted/, `${name}: not known`)
  else t.strictSame([code, ...difference(stdout, asked?.reply)], [0, '', ''], `${name} ${stderr}`)
  const secret = command === 'create' || command === 'reset-password'
  const isThere = (each: Executed | undefined) => bed.hs.room.text().includes(secretOf(bed, each) ?? '?')
  if (secret && code === 0) t.notOk(isThere(asked), `${name}: our password is gone`)
  const theirs = bed.hs.executed.filter(
    ({ sender, line }) => sender === stage.room.colleague && /create-user/.test(line),
  )
  for (const each of theirs) t.ok(isThere(each), `${name}: theirs is where it was`)
}

/**
 * What follows in each from where they differ, a little of it. Where a server splits a text within a code block, it closes the
 * block and opens it again, so the fences do not count.
 */
function difference(relayed: string, answered = 'no reply'): [string, string] {
  const [one, other] = [relayed, answered].map((text) => text.replace(/^```(\n|$)/gm, '').trimEnd()) as [string, string]
  let at = 0
  while (at < one.length && one[at] === other[at]) at++
  return [one.slice(at, at + 80), other.slice(at, at + 80)]
}

function secretOf({ hs }: SimulatedBed, command: Executed | undefined): string | undefined {
  const name = command?.line.split(' ').at(-1) ?? ''
  return hs.accounts.get(name)?.password
}
