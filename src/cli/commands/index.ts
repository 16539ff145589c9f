import { operations } from '../../operations/table.ts'
import { forProfiles } from './all-profiles.ts'
import { audit } from './audit.ts'
import { check } from './check.ts'
import type { Command, CommandGroup } from './command.ts'
import { completionCommand } from './completion.ts'
import { createAdmin } from './create-admin.ts'
import { invite } from './invite.ts'
import { listCommand } from './list.ts'
import { login } from './login.ts'
import { operationCommand } from './operation.ts'
import { panel } from './panel.ts'
import { profiles } from './profiles.ts'
import { run } from './run.ts'
import { settings } from './settings.ts'
import { show } from './show.ts'

/** Every command, in the order in which help lists them. */
export const commands: readonly (Command<never> | CommandGroup)[] = [
  ...operations.map((one) => (one.argument === 'none' ? forProfiles(listCommand(one)) : operationCommand(one))),
  show,
  run,
  invite,
  login,
  createAdmin,
  forProfiles(check),
  settings,
  profiles,
  audit,
  panel,
  completionCommand(() => commands),
]
