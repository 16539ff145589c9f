import { get } from 'node:http'
import { parseQuery } from './accounts-query.ts'
import type { Commands } from './commands.ts'
import { AccountsPage } from './pages/accounts-page.tsx'
import { htmlOf } from './pages/layout.tsx'
import { LoginPage } from './pages/login-page.tsx'

/**
 * Loads and compiles what the first page needs before a browser asks for it: node's own Request and Response alone take
 * 100 ms. A request goes the whole way through the server, for a file that asks nothing of anyone; the settings are read, and pages rendered.
 */
export async function warmUp(url: string, commands: Pick<Commands, 'identity'>): Promise<void> {
  await new Promise<void>((resolve) => {
    get(`${url}style.css`, { agent: false }, (answer) => answer.resume().on('close', resolve)).on('error', () =>
      resolve(),
    )
  })
  await commands.identity()
  htmlOf(<LoginPage closed={false} />)
  htmlOf(<AccountsPage frame={{ root: './', serverName: '', csrf: '' }} query={parseQuery(() => undefined)} />)
}
