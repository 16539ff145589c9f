import { operations } from '../operations.ts'
import { audit } from './audit.ts'
import { check } from './check.ts'
import type { Command, CommandGroup } from './command.ts'
import { createAdmin } from './create-admin.ts'
import { invite } from './invite.ts'
import { operationCommand } from './operation.ts'
import { panel } from './panel.ts'
import { run } from './run.ts'
import { settings } from './settings.ts'

/** Every command, in the order in which help lists them. */
export const commands: readonly (Command<never> | CommandGroup)[] = [
  ...operations.map(operationCommand),
  run,
  invite,
  createAdmin,
  check,
  settings,
  audit,
  panel,
]
