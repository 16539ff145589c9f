import { isServerAdmin } from '../first-admin/admin-state.ts'
import { path } from '../matrix/path.ts'
import { type Known, limits } from './known.ts'
import { failed, ok, type Step, skipped } from './step.ts'

/** Seconds by which the clocks may differ before invites expire at the wrong time. */
const clockTolerance = 120

export const reachableStep: Step<Known> = {
  name: 'server reachable',
  needs: ['credentials file'],
  async run(known) {
    const versions = await known.client.versions(limits(known))
    return ok(`supports Matrix up to ${versions.at(-1) ?? 'an unknown version'}`)
  },
}

export const clockStep: Step<Known> = {
  name: 'clock',
  needs: ['server reachable'],
  async run(known) {
    const date = await known.http.date({ method: 'GET', path: path`_matrix/client/versions`, ...limits(known) })
    if (date === undefined) return skipped('the server does not send its time')
    const off = Math.round((date.getTime() - Date.now()) / 1000)
    if (Math.abs(off) <= clockTolerance) return ok(`within ${clockTolerance} s of the server's`)
    return failed(
      `the server's clock is ${Math.abs(off)} s ${off > 0 ? 'ahead of' : 'behind'} this one`,
      'set the clock that is wrong, or invites expire at the wrong time',
    )
  },
}

export const tokenStep: Step<Known> = {
  name: 'token',
  needs: ['server reachable'],
  async run(known) {
    const mxid = await known.client.whoami(limits(known))
    if (mxid === known.operator) return ok(`valid, of ${mxid}`)
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
    if (known.isAdmin) return ok(known.operator)
    const line = `${known.settings.prefix} users make-user-admin ${known.operator}`.trim()
    return failed(`${known.operator} is not an admin of this server`, `ask an admin to post in the admin room: ${line}`)
  },
}

export const registrationStep: Step<Known> = {
  name: 'registration',
  needs: ['server reachable'],
  async run(known) {
    if (await known.auth.registrationOpen(limits(known))) return ok('open to people who have what the server asks for')
    const { Ledger } = await import('../invites/ledger.ts')
    const { dataDir } = known.settings
    if (dataDir === undefined || new Ledger(dataDir, known.context.userId).read().length === 0)
      return skipped('closed, which matters only if you invite people')
    return failed(
      'closed, so the saved invites are invalid',
      'allow registration with a token in the configuration of the homeserver and restart it',
    )
  },
}
