import type { Session } from '../config/session.ts'
import { SetupError } from '../errors.ts'
import type { Limits } from '../matrix/request.ts'
import { shortened } from './beginning.ts'
import type { Invite } from './ledger.ts'
import { type Invites, type Surroundings, withInvites } from './open.ts'
import { isExpired } from './prune.ts'
import { named, recorded } from './recorded.ts'

/** No unused invite is left. */
export class NoInviteError extends SetupError {}

/** How an invite is handed out. */
export interface HandOut<T> {
  /** Chooses one of the saved tokens, given or not, to be shown (again). Without it, the next unused invite is taken. */
  choose?: ((tokens: readonly string[]) => string) | undefined
  /** Called first: nothing is marked if it throws. */
  prepare(taken: Invite, limits: Limits): Promise<T>
  /** Shows it. If it throws, the invite is as unused as before. */
  hand(prepared: T): Promise<void>
}

/**
 * Hands out one valid invite, which is given from then on. Throws NoInviteError where no unused one is left, and SetupError where
 * the chosen one no longer works.
 */
export function takeInvite<T>(
  session: Session,
  around: Surroundings,
  { choose, prepare, hand }: HandOut<T>,
): Promise<void> {
  return withInvites(session, around, async (invites) => {
    const taken = choose ? await chosen(invites, choose) : await nextUnused(invites)
    const prepared = await prepare(taken, { deadline: invites.time.question })
    await giveOut(session, around, invites, [taken], () => hand(prepared))
  })
}

async function nextUnused({ ledger, server }: Invites): Promise<Invite> {
  const now = new Date()
  const free = longestFirst(ledger.read().filter((invite) => invite.given === undefined && !isExpired(invite, now)))
  const token = await server.firstValid(free.map(({ token }) => token))
  const unused = free.find((invite) => invite.token === token)
  if (unused === undefined)
    throw new NoInviteError('no valid invite is left to hand out', {
      shellHint:
        'mint some with `matrix-users invite 5`, or show a given one again with `matrix-users invite take TOKEN`',
    })
  return unused
}

const hour = 60 * 60 * 1000

/** The invited person needs time. Those minted at about the same time, an hour, stay in their order. */
function longestFirst(invites: readonly Invite[]): Invite[] {
  const until = ({ expires }: Invite) => expires?.getTime() ?? Number.MAX_SAFE_INTEGER
  const longest = invites.reduce((most, invite) => Math.max(most, until(invite)), 0)
  const hoursLess = (invite: Invite) => Math.floor((longest - until(invite)) / hour)
  return [...invites].sort((one, other) => hoursLess(one) - hoursLess(other))
}

async function chosen({ ledger, server }: Invites, choose: (tokens: readonly string[]) => string): Promise<Invite> {
  const saved = ledger.read()
  const tokens = saved.map(({ token }) => token)
  const token = choose(tokens)
  const invite = saved.find((one) => one.token === token)
  if (invite !== undefined && !isExpired(invite, new Date()) && (await server.valid([token])).has(token)) return invite
  throw new SetupError(`${shortened(token, tokens)} was already used, expired or revoked: it is not handed out`, {
    shellHint: 'run `matrix-users invite list` to see which invites are valid',
  })
}

/**
 * Shows invites to a person, recorded before and after with the beginnings of their tokens. They are marked as given before `hand`
 * is called. A single one that was unused is unmarked if that throws; one that was given before keeps its time.
 */
export async function giveOut(
  session: Session,
  around: Surroundings,
  { ledger }: Invites,
  invites: readonly Invite[],
  hand: () => Promise<void>,
): Promise<void> {
  const unused = new Set(invites.filter(({ given }) => given === undefined).map(({ token }) => token))
  const mark = (given: Date | undefined) =>
    ledger.rewrite((invite) => (unused.has(invite.token) ? { ...invite, given } : invite))
  const saved = ledger.read().map(({ token }) => token)
  const target = named(
    invites.map(({ token }) => token),
    saved,
  )
  const give = async () => {
    mark(new Date())
    try {
      await hand()
    } catch (error) {
      // Of several, some may have been seen.
      if (invites.length === 1) mark(undefined)
      throw error
    }
  }
  await recorded(session, around, { op: 'invite-take', target }, give, unused.size === 0 ? 'shown again' : 'done')
}
