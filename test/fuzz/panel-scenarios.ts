import { operations } from '../../src/operations/table.ts'

/** What a visitor of the panel does, with an account of that name, and is served well where the homeserver is sound. */
export interface PanelScenario {
  name: string
  /** The page that is looked at, or the form that is sent and its fields. */
  page?: (name: string) => string
  form?: { action: string; fields: (name: string) => Record<string, string> }
  /** The account is there before. */
  exists?: true
  /** ms that it may take beside the timeout and 5 s: it has several steps. */
  longer?: number
  /** What a sound homeserver makes it say. */
  says: RegExp
}

const changes: PanelScenario[] = operations
  .filter(({ writes, name }) => writes && name !== 'create')
  .map(({ name, retype }) => ({
    name: `POST ${name}`,
    form: {
      action: name,
      fields: (user) => ({ user, ...(retype === undefined ? {} : { retyped: `@${user}:home.test` }) }),
    },
    exists: true,
    says: /verdict|This server cannot tell/,
  }))

/** What the panel keeps for some seconds, and asks for anew after a change: so a change stands before each. */
const lists: PanelScenario[] = [
  { name: 'GET ./', page: () => '', says: /@admin:home\.test/ },
  { name: 'GET ./?state=suspended', page: () => '?state=suspended', says: /No account matches|@/ },
  { name: 'GET server-list', page: () => 'server-list', says: /@admin:home\.test/ },
]

/** Every page and form of the panel that asks the homeserver for something. */
export const panelScenarios: readonly PanelScenario[] = [
  ...changes.flatMap((change, at) => [change, ...lists.slice(at, at + 1)]),
  { name: 'POST create', form: { action: 'create', fields: (user) => ({ user }) }, says: /Created/ },
  {
    name: 'POST create-several',
    form: { action: 'create-several', fields: (user) => ({ users: `${user}\r\n${user}-b` }) },
    longer: 5000,
    says: /Created 2/,
  },
  { name: 'GET account', page: (user) => `account/@${user}:home.test`, exists: true, says: /badge/ },
  { name: 'GET invites', page: () => 'invites', says: /valid/i },
  {
    name: 'POST invite',
    form: { action: 'invite', fields: () => ({ count: '2', days: '7' }) },
    says: /Created 2 invites/,
  },
  { name: 'POST invite-take', form: { action: 'invite-take', fields: () => ({}) }, says: /marked as given/ },
  { name: 'POST invite-prune', form: { action: 'invite-prune', fields: () => ({}) }, says: /Revoked \d+ expired/ },
]
