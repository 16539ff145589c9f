import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import type { Browser, Page } from 'playwright-core'
import t from 'tap'
import { type PanelBed, panelBed, password } from './bed.ts'
import { change, logIn, openBrowser } from './browser.ts'

/**
 * `make screenshots`: the pictures of the panel for the README. With SCREENSHOTS=FOLDER every page, at 360 and 1280 pixels,
 * light and dark, to look at.
 */
const { SCREENSHOTS: everything } = process.env
const folder = everything ?? join(import.meta.dirname, '../../docs/screenshots')
mkdirSync(folder, { recursive: true })

const people = ['amelia', 'benjamin', 'charlotte', 'daniel', 'elena', 'farid', 'grace', 'hannah', 'isaac', 'julia']
const states: Record<string, object> = {
  benjamin: { suspended: true },
  daniel: { locked: true },
  elena: { suspended: true, locked: true },
  farid: { deactivated: true },
  hannah: { suspended: true, displayName: 'Hannah 🌻' },
}
const sizes = [
  [360, 740],
  [1280, 800],
] as const
const schemes = ['light', 'dark'] as const

t.setTimeout(300_000)

t.test('screenshots', { timeout: 300_000 }, async (t) => {
  const browser = await openBrowser(t)
  if (everything === undefined) await takeForReadme(browser, await village(t))
  else
    for (const [width, height] of sizes)
      for (const colorScheme of schemes) {
        const page = await browser.newPage({ viewport: { width, height }, colorScheme })
        const shoot = async (name: string) => {
          const path = join(folder, `${name}-${width}-${colorScheme}.png`)
          await page.screenshot({ path, fullPage: name !== 'accounts' })
        }
        await takeAll(page, await village(t), shoot)
        await page.close()
      }
})

/** A homeserver of people, with invites. */
async function village(t: Parameters<typeof panelBed>[0]): Promise<PanelBed> {
  const bed = await panelBed(t, {
    voice: 'plain',
    serverName: 'home.example.org',
    env: { MATRIX_ADMIN_TIMEOUT: '2' },
  })
  for (const name of people)
    bed.hs.addAccount(name, { displayName: name[0]?.toUpperCase() + name.slice(1), ...states[name] })
  await bed.run('invite', '4', '--days', '14')
  await bed.run('invite', 'take')
  return bed
}

async function takeForReadme(browser: Browser, bed: PanelBed): Promise<void> {
  const page = await browser.newPage({ viewport: { width: 1280, height: 800 }, colorScheme: 'light' })
  await logIn(page, bed.url)
  await page.screenshot({ path: join(folder, 'accounts.png') })
  await page.setViewportSize({ width: 360, height: 740 })
  await page.goto(`${bed.url}invites`)
  await page.screenshot({ path: join(folder, 'invites.png'), fullPage: true })
}

async function takeAll(page: Page, bed: PanelBed, shoot: (name: string) => Promise<void>): Promise<void> {
  const { url, hs } = bed
  const account = (name: string) => page.goto(`${url}account/@${name}:home.example.org`)
  await page.goto(`${url}login`)
  await shoot('login')
  await page.getByLabel('Panel password').fill('a guess')
  await page.getByRole('button').click()
  await shoot('login-wrong')
  await logIn(page, url)
  await shoot('accounts')
  await page.goto(`${url}?q=nobody`)
  await shoot('accounts-none')
  await page.goto(`${url}server-list`)
  await shoot('server-list')
  for (const name of ['hannah', 'admin', 'farid', 'nobody']) {
    await account(name)
    await shoot(`account-${name}`)
  }
  await account('grace')
  await page.locator('summary', { hasText: 'Deactivate' }).click()
  await shoot('account-open')
  await change(page, 'deactivate', { password, retyped: 'grace' })
  await shoot('result-refused')
  await account('grace')
  await change(page, 'suspend')
  await shoot('result-done')
  await account('grace')
  await change(page, 'logout')
  await shoot('result-unconfirmed')
  await page.goto(`${url}create`)
  await shoot('create')
  await change(page, 'create', { user: 'kwame' })
  await shoot('result-password')
  await page.goto(`${url}create`)
  await change(page, 'create', { user: 'amelia' })
  await shoot('result-no-effect')
  hs.faults.onCommand({ line: /unsuspend/ }, { kind: 'silent' })
  await account('grace')
  await change(page, 'unsuspend')
  await shoot('result-silent')
  await page.goto(`${url}create-several`)
  await shoot('several')
  await change(page, 'create-several', { users: 'lucia\nmalik\namelia\nnora' })
  await shoot('result-several')
  await page.goto(`${url}invites`)
  await shoot('invites')
  await page.locator('.invites summary').nth(1).click()
  await shoot('invites-open')
  await page.goto(`${url}invites`)
  await change(page, 'invite-take')
  await shoot('result-invite')
  await page.goto(`${url}activity`)
  await shoot('activity')
  await account('grace')
  await shoot('account-activity')
  await page.goto(`${url}nothing`)
  await shoot('not-found')
  await hs.close()
  await page.goto(url)
  await shoot('down')
  await page.goto(`${url}invites`)
  await shoot('down-invites')
}
