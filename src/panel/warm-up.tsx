import { get } from 'node:http'
import { parseQuery } from './accounts-query.ts'
import type { Commands } from './commands.ts'
import { AccountsPage } from './pages/accounts.tsx'
import { htmlOf } from './pages/layout.tsx'

/**
 * Loads and compiles what the first page needs before a browser asks for it: node's own Request and Response alone take
 * 100 ms. The login page goes the whole way through the server; behind the login the settings are read, and a page rendered.
 */
export async function warmUp(url: string, commands: Pick<Commands, 'identity'>): Promise<void> {
  await new Promise<void>((resolve) => {
    get(`${url}login`, { agent: false }, (answer) => answer.resume().on('close', resolve)).on('error', () => resolve())
  })
  await commands.identity()
  htmlOf(<AccountsPage frame={{ root: './', serverName: '', csrf: '' }} query={parseQuery(() => undefined)} />)
}
