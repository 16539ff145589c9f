import type { Account } from '../accounts/states.ts'

export const filters = {
  active: { label: 'Active', keeps: ({ state }: Account) => state === 'active' },
  suspended: { label: 'Suspended', keeps: ({ suspended }: Account) => suspended === true },
  locked: { label: 'Locked', keeps: ({ locked }: Account) => locked === true },
  deactivated: { label: 'Deactivated', keeps: ({ deactivated, bot }: Account) => deactivated === true && !bot },
  admin: { label: 'Admins', keeps: ({ admin }: Account) => admin === true },
} as const

export type Filter = keyof typeof filters

/** Which accounts are shown: by part of the id, by state, and which page of them. */
export interface AccountsQuery {
  search: string
  filter: Filter | undefined
  /** From 1. */
  page: number
}

export const pageSize = 50

/** The query of an address; what makes no sense in it counts as not given. */
export function parseQuery(query: (name: string) => string | undefined): AccountsQuery {
  const [state = '', page = ''] = [query('state'), query('page')]
  return {
    search: (query('q') ?? '').trim().slice(0, 255),
    filter: Object.hasOwn(filters, state) ? (state as Filter) : undefined,
    page: pageNumber(page),
  }
}

/** The number of a page in an address, from 1. */
export function pageNumber(text: string | undefined): number {
  return /^[1-9]\d{0,5}$/.test(text ?? '') ? Number(text) : 1
}

/** The address of a query, from the panel's first page. */
export function queryAddress({ search, filter, page }: AccountsQuery): string {
  const parameters = new URLSearchParams({
    ...(search === '' ? {} : { q: search }),
    ...(filter === undefined ? {} : { state: filter }),
    ...(page === 1 ? {} : { page: String(page) }),
  })
  return parameters.size === 0 ? './' : `./?${parameters}`
}
