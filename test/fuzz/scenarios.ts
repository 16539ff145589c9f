import { appendFileSync, writeFileSync } from 'node:fs'
import { operations } from '../../src/operations/table.ts'
import type { Homeserver, HomeserverOptions } from '../homeserver/index.ts'

/** A command in a situation in which it succeeds where the server is sound. */
export interface Scenario {
  args: readonly string[]
  input?: string | ((homeserver: Homeserver) => string)
  server?: HomeserverOptions
  /** Only on these kinds of servers (case.ts); on all without. */
  only?: readonly string[]
  prepare?: (homeserver: Homeserver, dataDir: string) => void
  /** What a sound server makes it end with; 0 without. */
  code?: number
  env?: Record<string, string>
  /** ms that it may take beside its timeout and 5 s. */
  longer?: number
}

const people = (...names: string[]) => ({
  prepare: (homeserver: Homeserver) => {
    for (const name of names) homeserver.addAccount(name)
  },
})

const releases = ['26.7', '26.8']
const ledger = 'secrets/invite-tokens.txt'
const long = '2099-01-01T00:00:00Z'

/** Tokens on the server and in the ledger: one is valid, one has expired, one is used. */
const invites = {
  prepare: (homeserver: Homeserver, dataDir: string) => {
    const [valid, expired, used] = [0, 1, 2].map(() => homeserver.issueToken())
    if (used !== undefined) homeserver.tokens.delete(used)
    appendFileSync(
      `${dataDir}/${ledger}`,
      `${valid}  # expires ${long}\n${expired}  # expires 2020-01-01T00:00:00Z\n${used}  # expires ${long}\n`,
      { mode: 0o600 },
    )
  },
}

const single: Scenario[] = operations
  .filter(({ writes, name }) => writes && name !== 'create')
  .map(({ name, retype }) => ({
    args: [name, 'alice', ...(retype ? ['--yes'] : [])],
    ...people('alice'),
  }))

/** Every command that talks to the server. */
export const scenarios: readonly Scenario[] = [
  ...single,
  { args: ['create', 'alice'] },
  { args: ['create', 'alice', '--json'] },
  { args: ['reset-password', 'alice', '--json'], ...people('alice') },
  { args: ['list'] },
  { args: ['list', '--json'] },
  {
    args: ['list'],
    prepare: (homeserver) => {
      homeserver.faults.fileLimit = 1
    },
  },
  { args: ['list', '--ids'] },
  { args: ['list', '--state'], ...people('alice', 'bob') },
  { args: ['list', '--state', '--json'], ...people('alice', 'bob') },
  { args: ['show', 'alice', 'bob'], ...people('alice', 'bob') },
  { args: ['show', 'alice', '--json'], ...people('alice') },
  { args: ['create', 'alice', '--passwords'] },
  { args: ['reset-password', 'alice', '--passwords', '--logout'], only: releases, ...people('alice') },
  // A batch awaits its first account alone, and then the others: two rounds.
  { args: ['reset-password', 'alice', 'bob', '--passwords', '--json'], longer: 5000, ...people('alice', 'bob') },
  { args: ['create', 'alice', 'bob', 'carol'], longer: 5000 },
  { args: ['suspend', '--from', '-'], input: 'alice\nbob\ncarol\n', longer: 5000, ...people('alice', 'bob', 'carol') },
  { args: ['run', '--secret', '--', 'users', 'create-user', 'alice'] },
  { args: ['run', '--json', '--', 'server', 'uptime'] },
  { args: ['check'] },
  { args: ['check', '--json'] },
  { args: ['invite', '2'] },
  { args: ['invite', '--ensure', '2'], ...invites },
  { args: ['invite', 'take'], ...invites },
  { args: ['invite', 'take', '--link'], only: releases, ...invites },
  {
    args: ['invite', 'take', '-'],
    input: 'toshowagain42\n',
    prepare: (homeserver, dataDir) => {
      homeserver.issueToken({ token: 'toshowagain42', usesAllowed: 1 })
      appendFileSync(`${dataDir}/${ledger}`, `toshowagain42  # expires ${long}\n`, { mode: 0o600 })
    },
  },
  { args: ['invite', 'list'], ...invites },
  { args: ['invite', 'prune'], ...invites },
  {
    args: ['invite', 'revoke', '-'],
    input: 'tobereworked42\n',
    prepare: (homeserver) => void homeserver.issueToken({ token: 'tobereworked42', usesAllowed: 1 }),
  },
  // It has two steps: the login, then what `check` does.
  { args: ['login', '--with-token'], input: (homeserver) => homeserver.login('admin'), longer: 6000 },
  {
    args: ['create', '--from', '-', '--resume'],
    input: 'alice\nbob\n',
    longer: 5000,
    prepare: (homeserver) => void homeserver.addAccount('alice'),
    code: 5,
  },
  { args: ['create-admin'], longer: 30_000 },
  {
    args: ['create-admin'],
    server: { fresh: true },
    only: [...releases, 'tuwunel'],
    longer: 30_000,
    prepare: (homeserver, dataDir) =>
      writeFileSync(`${dataDir}/secrets/registration-token.txt`, `${homeserver.consoleToken}\n`, { mode: 0o600 }),
  },
]
