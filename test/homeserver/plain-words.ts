import { Words } from './words.ts'

/** What each purpose is called in plain English; `%` stands for a fact, in order. Ours: no server says it like this. */
const sentences: Record<string, string> = {
  'room name': 'Admin room',
  'room topic': 'Commands for the server go here',
  welcome: 'Welcome. Write a command, and the bot answers it here.',
  registered: '% has just signed up (from "%")',
  'registered 1': '% has just signed up (from "%"), by an older way',
  list: 'This server has % accounts:',
  created: 'The account % is ready. Its password: `%`',
  reset: 'The new password of % is `%`',
  'and logged out': 'It is logged out everywhere.',
  suspend: '% is now suspended',
  unsuspend: '% is no longer suspended',
  lock: '% is now locked',
  unlock: '% is no longer locked',
  logout: '% is logged out everywhere',
  deactivate: '% is now deactivated',
  leaving: '% is leaving its rooms',
  'deactivate-all': '% accounts are now deactivated',
  'make-user-admin': '% is now an admin',
  issued: 'Here is a registration token: `%` (good for: %)',
  link: 'To sign up with it, open',
  revoked: 'That token is no longer valid',
  tokens: 'There are % registration tokens:',
  token: 'made by',
  static: 'from the configuration file',
  'sign up': 'Sign up',
  version: 'Simulated homeserver, as release %',
  help: 'Commands: %, %, %',
  uptime: 'Up for %',
  file: 'The answer is long, so it is in this file.',
  unbuildable: 'The answer cannot be sent.',
  failed: 'That did not work:',
  taken: 'there is an account of that name',
  'bad name': 'that is not a name for an account',
  'no such account': 'there is no such account',
  deactivated: 'that account is deactivated',
  'is an admin': 'that account is an admin',
  'another server': 'that account is on another server',
  'no block': 'the names go into a block below the command',
  'no such token': 'there is no such token',
  misused: 'I do not understand "%".',
  chat: 'Good morning, message',
  'log level': 'kind',
  'log span': 'task',
  'log message': 'event',
  'log info': 'note',
  'create log': 'made an account for',
}

/** The wording of a server that is shown to people. */
export class PlainWords extends Words {
  override phrase(purpose: string): string {
    return sentences[purpose] ?? 'This does not work here'
  }

  override sentence(purpose: string, ...facts: string[]): string {
    const [first = '', ...parts] = this.phrase(purpose).split('%')
    const rest = parts.map((part, at) => `${facts[at] ?? ''}${part}`)
    const more = facts.slice(parts.length)
    return `${first}${rest.join('')}${more.length > 0 ? ` (${more.join(', ')})` : ''}`
  }

  override logTable(): string {
    return ''
  }
}
