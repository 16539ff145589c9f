import { operations } from '../operations.ts'
import type { Command } from './command.ts'
import { operationCommand } from './operation.ts'
import { run } from './run.ts'

/** Every command, in the order in which help lists them. */
export const commands: readonly Command<never>[] = [...operations.map(operationCommand), run]
