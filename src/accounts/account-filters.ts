import type { Account } from './states.ts'

/** Which accounts are chosen by a state, or as admins. */
export const accountFilters = {
  active: ({ state }: Account) => state === 'active',
  suspended: ({ suspended }: Account) => suspended === true,
  locked: ({ locked }: Account) => locked === true,
  // The server may call its bot deactivated.
  deactivated: ({ deactivated, bot }: Account) => deactivated === true && !bot,
  admin: ({ admin }: Account) => admin === true,
} as const

export type AccountFilter = keyof typeof accountFilters

/** Whether a word names one of them. */
export function isAccountFilter(word: string): word is AccountFilter {
  return Object.hasOwn(accountFilters, word)
}
