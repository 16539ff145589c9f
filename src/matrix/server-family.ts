import { InterruptedError } from '../errors.ts'
import type { MatrixClient } from './client.ts'
import { ForeignResponseError, MatrixError } from './matrix-errors.ts'
import type { Limits } from './request.ts'

/** What depends on which of the two servers this is: continuwuity, or its sibling tuwunel (1.9.0 was tried). */
export interface Family {
  /** Whether a long reply of the bot may come as several events. */
  splitsReplies: boolean
  /**
   * How accounts are suspended and locked: by commands in the admin room, or by Matrix 1.18's endpoints where there are no such
   * commands. The endpoints of continuwuity 26.7 must not be used: there PUT `/admin/lock` suspends.
   */
  moderatesBy: 'room' | 'api'
  /** Whether it refuses admins the state of their own account, and shows account moderation among the capabilities of admins only. */
  hidesOneself: boolean
}

const continuwuity: Family = { splitsReplies: false, moderatesBy: 'room', hidesOneself: false }
const tuwunel: Family = { splitsReplies: true, moderatesBy: 'api', hidesOneself: true }
/** The server did not say: nothing is done that could do harm on either, and no reply is taken for whole without an end. */
const unknown: Family = { splitsReplies: true, moderatesBy: 'room', hidesOneself: false }

/** ms for one question. */
const questionTime = 3000

const asked = new WeakMap<MatrixClient, Promise<Family>>()

/** Which server this is, by its answers to questions of its API; asked once for a client. Throws only InterruptedError. */
export function askFamily(client: MatrixClient, { deadline }: Limits): Promise<Family> {
  const known = asked.get(client)
  if (known) return known
  const asking = ask(client, { deadline: Math.min(deadline, Date.now() + questionTime) }).catch((error) => {
    asked.delete(client)
    if (error instanceof InterruptedError) throw error
    return unknown
  })
  asked.set(client, asking)
  return asking
}

async function ask(client: MatrixClient, limits: Limits): Promise<Family> {
  try {
    return (await client.answersAs('tuwunel', limits)) ? tuwunel : continuwuity
  } catch (error) {
    // A proxy may pass on nothing but what the specification names.
    if (!(error instanceof ForeignResponseError) && !(error instanceof MatrixError)) throw error
    return askByModeration(client, limits)
  }
}

/** Of the two, only tuwunel refuses an admin, who may moderate, the state of their own account. */
async function askByModeration(client: MatrixClient, limits: Limits): Promise<Family> {
  if (!(await client.mayModerate(limits))) return continuwuity
  try {
    await client.accountModeration('suspend', await client.whoami(limits), limits)
    return continuwuity
  } catch (error) {
    if (error instanceof MatrixError && error.errcode === 'M_FORBIDDEN') return tuwunel
    throw error
  }
}
