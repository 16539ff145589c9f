import { existsSync } from 'node:fs'
import { passwordFile, readPasswordHash } from '../config/panel-password.ts'
import { proxyWarning } from '../config/panel-proxy.ts'
import { Ledger } from '../invites/ledger.ts'
import { isExpired } from '../invites/prune.ts'
import { isWritableByOthers, laxModes } from '../system/modes.ts'
import type { Known } from './known.ts'
import { failed, ok, type Step, skipped } from './step.ts'

export const secretsFolderStep: Step<Known> = {
  name: 'secrets folder',
  needs: ['settings'],
  async run({ settings: { dataDir } }) {
    if (dataDir === undefined) return skipped('DATA_DIR is not set')
    const folder = `${dataDir}/secrets`
    if (!existsSync(folder)) return skipped(`${folder} does not exist yet`)
    return isWritableByOthers(folder)
      ? failed(`others can replace the files in ${folder}`, `chmod go-w ${folder}`)
      : ok(`only its owner can change ${folder}`)
  },
}

/** ms within which cron, or a person, revokes what has expired. */
const pruneWithin = 24 * 3600_000

export const inviteFileStep: Step<Known> = {
  name: 'invite file',
  needs: ['settings'],
  async run({ settings, context }) {
    if (settings.dataDir === undefined) return skipped('DATA_DIR is not set')
    const ledger = new Ledger(settings.dataDir, context.userId)
    if (!existsSync(ledger.file)) return skipped('no invites yet')
    const invites = ledger.read()
    const count = invites.length
    const lax = laxModes(ledger.file, context.userId)
    if (lax !== undefined) return failed(lax.problem, lax.fix)
    const now = new Date()
    const aDayAgo = new Date(now.getTime() - pruneWithin)
    const overdue = invites.filter((invite) => isExpired(invite, aDayAgo)).length
    if (overdue > 0)
      return failed(
        `${overdue} of ${count} saved invites expired more than a day ago and may still work: cron does not run \`invite --ensure\``,
        'run `matrix-users invite prune` now, and see whether the line in the crontab runs',
      )
    const unused = invites.filter((invite) => !invite.given && !isExpired(invite, now)).length
    return ok(`${count} ${count === 1 ? 'invite' : 'invites'} saved in ${ledger.file}, ${unused} not given yet`)
  },
}

export const panelStep: Step<Known> = {
  name: 'panel password',
  needs: ['settings'],
  async run({ settings, context }) {
    const { dataDir, enableUserAdmin } = settings
    if (!enableUserAdmin) return skipped('the panel is not enabled (ENABLE_USER_ADMIN)')
    if (dataDir === undefined) return skipped('DATA_DIR is not set')
    const file = passwordFile(dataDir)
    if (readPasswordHash(dataDir) === undefined)
      return failed('the panel has no password, so no login is possible', 'run `matrix-users panel set-password`')
    const lax = laxModes(file, context.userId)
    if (lax !== undefined) return failed(lax.problem, lax.fix)
    const warning = proxyWarning(settings)
    return ok(warning === undefined ? file : `${file} (warning: ${warning})`)
  },
}
