import { type AccountFilter, isAccountFilter } from '../accounts/account-filters.ts'

/** Which accounts are shown: by part of the id, by state, and which page of them. */
export interface AccountsQuery {
  search: string
  filter: AccountFilter | undefined
  /** From 1. */
  page: number
}

export const pageSize = 50

/** The query of an address; what makes no sense in it counts as not given. */
export function parseQuery(query: (name: string) => string | undefined): AccountsQuery {
  const [state = '', page = ''] = [query('state'), query('page')]
  return {
    search: (query('q') ?? '').trim().slice(0, 255),
    filter: isAccountFilter(state) ? state : undefined,
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
