import type { Context } from '../../config/context.ts'
import type { Surroundings } from '../../invites/open.ts'

/** What working with invites needs from the program. */
export function surroundings(context: Context): Surroundings {
  return { locker: context, warn: context.io.warn }
}
