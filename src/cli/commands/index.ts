import { operations } from '../../operations/table.ts'
import { forProfiles } from './all-profiles.ts'
import { audit } from './audit.ts'
import { check } from './check.ts'
import type { Command, CommandGroup, Section } from './command.ts'
import { completionCommand } from './completion.ts'
import { createAdmin } from './create-admin.ts'
import { helpCommand } from './help.ts'
import { invite } from './invite.ts'
import { listCommand } from './list.ts'
import { login } from './login.ts'
import { operationCommand } from './operation.ts'
import { panel } from './panel.ts'
import { profiles } from './profiles.ts'
import { run } from './run.ts'
import { settings } from './settings.ts'
import { show } from './show.ts'

type Entry = Command<never> | CommandGroup

const ofOperations: readonly Entry[] = operations.map((one) =>
  one.argument === 'none' ? forProfiles(listCommand(one)) : operationCommand(one),
)

/** Every command, by what it is about, in the order in which help lists them. */
export const sections: readonly Section[] = [
  { title: 'Accounts', entries: [...ofOperations, show] },
  { title: 'Invites', entries: [invite] },
  { title: 'Set-up', entries: [login, createAdmin, forProfiles(check), settings, profiles] },
  { title: 'Panel', entries: [panel] },
  { title: 'Other', entries: [audit, run, completionCommand(() => commands), helpCommand(() => sections)] },
]

export const commands: readonly Entry[] = sections.flatMap(({ entries }) => entries)
