import { operations } from '../operations/table.ts'

/** One form of the Users page. */
export interface Action {
  /** The command, and the path to which the form is sent. */
  name: string
  summary: string
  field?: { name: 'user' | 'count'; label: string; example: string }
  /** Why the exact id must be retyped, in words that follow the action's name. */
  retype: string | undefined
  kind: 'operation' | 'mint' | 'take'
}

const whom = { name: 'user', label: 'Account, name or full id', example: 'alice' } as const

/** Everything that can be done on the page: the operations that change something, and invites. */
export const actions: readonly Action[] = [
  ...operations
    .filter(({ writes }) => writes)
    .map(
      ({ name, summary, retype }): Action => ({
        name,
        summary,
        field: name === 'create' ? { ...whom, label: 'Name of the new account' } : whom,
        retype,
        kind: 'operation',
      }),
    ),
  {
    name: 'invite',
    summary: 'Mint single-use invites, and put them on record',
    field: { name: 'count', label: 'How many, 1 to 99', example: '1' },
    retype: undefined,
    kind: 'mint',
  },
  {
    name: 'invite-take',
    summary: 'Hand out one invite: show it, and mark it as given',
    retype: undefined,
    kind: 'take',
  },
]
