import { existsSync } from 'node:fs'
import { hasPrivateModes } from '../config/credentials.ts'
import { passwordFile, readPasswordHash } from '../config/panel-password.ts'
import { proxyWarning } from '../config/panel-proxy.ts'
import { Ledger } from '../invites/ledger.ts'
import type { Known } from './known.ts'
import { failed, ok, type Step, skipped } from './step.ts'

export const inviteFileStep: Step<Known> = {
  name: 'invite file',
  needs: ['settings'],
  async run({ settings, context }) {
    if (settings.dataDir === undefined) return skipped('DATA_DIR is not set')
    const ledger = new Ledger(settings.dataDir, context.userId)
    if (!existsSync(ledger.file)) return skipped('no invites yet')
    const count = ledger.read().length
    if (!hasPrivateModes(ledger.file, context.userId))
      return failed(`others can read the invites: ${ledger.file}`, `chmod 600 ${ledger.file}`)
    return ok(`${count} saved in ${ledger.file}`)
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
    if (!hasPrivateModes(file, context.userId))
      return failed(`others can read the hash of the panel password: ${file}`, `chmod 600 ${file}`)
    const warning = proxyWarning(settings)
    return ok(warning === undefined ? file : `${file}; warning: ${warning}`)
  },
}
