import { isServerAdmin } from '../first-admin/admin-state.ts'
import { dummyStage, tokenStage } from '../matrix/auth-client.ts'
import { UnreachableError, withHint } from '../matrix/matrix-errors.ts'
import { path } from '../matrix/path.ts'
import { homeserverOrigin, type Known, limits } from './known.ts'
import { failed, ok, type Step, skipped } from './step.ts'

/** Seconds by which the clocks may differ before invites expire at the wrong time. */
const clockTolerance = 120

/** Where nothing sets the address of the homeserver. */
const howToSet =
  'run `matrix-users login`, which asks for the address (for a new server set MATRIX_HS_API, then run `matrix-users create-admin`)'

export const reachableStep: Step<Known> = {
  name: 'server reachable',
  needs: ['settings'],
  async run(known) {
    const versions = await known.anonymous.versions(limits(known)).catch((error) => {
      const isUnset = homeserverOrigin(known.settings) === 'the default'
      throw error instanceof UnreachableError && isUnset ? withHint(error, howToSet) : error
    })
    // A proxy may pass on nothing of the federation API.
    const name = await known.anonymous.serverVersion(limits(known)).catch(() => undefined)
    return ok(`${name ?? 'yes'}, supports Matrix up to ${versions.at(-1) ?? 'an unknown version'}`)
  },
}

export const clockStep: Step<Known> = {
  name: 'clock',
  needs: ['server reachable'],
  async run(known) {
    const date = await known.http.date({ method: 'GET', path: path`_matrix/client/versions`, ...limits(known) })
    if (date === undefined) return skipped('the homeserver does not send its time')
    const off = Math.round((date.getTime() - Date.now()) / 1000)
    if (Math.abs(off) <= clockTolerance) return ok(`within ${clockTolerance} s of the homeserver's`)
    return failed(
      `the homeserver's clock is ${Math.abs(off)} s ${off > 0 ? 'ahead of' : 'behind'} this one`,
      'set the clock that is wrong, or invites expire at the wrong time',
    )
  },
}

export const tokenStep: Step<Known> = {
  name: 'token',
  needs: ['server reachable', 'credentials file'],
  async run(known) {
    const mxid = await known.client.whoami(limits(known))
    if (mxid === known.operator) return ok(`valid, for ${mxid}`)
    return failed(
      `ADMIN_TOKEN is valid, but belongs to ${mxid}, not to ADMIN_MXID (${known.operator})`,
      `put a token of ${known.operator} into ${known.credentials.file}, or correct ADMIN_MXID and ADMIN_USER there`,
    )
  },
}

export const adminStep: Step<Known> = {
  name: 'server admin',
  needs: ['token'],
  async run(known) {
    known.isAdmin = await isServerAdmin(known.client, known.operator, limits(known))
    if (known.isAdmin === undefined) return ok('the server cannot tell, so membership of the admin room decides')
    if (known.isAdmin) return ok(`${known.operator} is an admin`)
    const line = `${known.settings.prefix} users make-user-admin ${known.operator}`.trim()
    return failed(`${known.operator} is not an admin of this server`, `ask an admin to post in the admin room: ${line}`)
  },
}

export const registrationStep: Step<Known> = {
  name: 'registration',
  needs: ['server reachable'],
  async run(known) {
    const flows = await known.auth.registrationFlows(limits(known))
    if (flows !== undefined) return ok(whoMayRegister(flows))
    const { Ledger } = await import('../invites/ledger.ts')
    const { dataDir } = known.settings
    if (dataDir === undefined || new Ledger(dataDir, known.context.userId).read().length === 0)
      return skipped('closed, which matters only if you invite people')
    return failed(
      'closed, so the saved invites do not work',
      'allow registration with a token in the configuration of the homeserver and restart it',
    )
  },
}

function whoMayRegister(flows: readonly (readonly string[])[]): string {
  if (flows.some((stages) => stages.every((stage) => stage === dummyStage)))
    return 'open to everyone, because the homeserver asks for no registration token'
  if (flows.length > 0 && flows.every((stages) => stages.includes(tokenStage)))
    return 'open to people with a registration token (an invite)'
  return 'open to people who complete the steps that the homeserver asks for'
}
