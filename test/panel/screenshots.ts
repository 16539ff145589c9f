import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { panelBed } from './bed.ts'
import { change, logIn, openBrowser } from './browser.ts'

/** `make screenshots`: pictures of the running panel, for the README; with SCREENSHOTS=FOLDER of every page, to look at. */
const wantsAll = process.env.SCREENSHOTS !== undefined
const folder = process.env.SCREENSHOTS ?? join(import.meta.dirname, '../../docs/screenshots')
mkdirSync(folder, { recursive: true })

t.setTimeout(300_000)

t.test('screenshots', { timeout: 300_000 }, async (t) => {
  const bed = await panelBed(t, { accounts: 120, voice: 'plain', serverName: 'home.example.org' })
  for (const [name, state] of [
    ['alice', {}],
    ['bob', { suspended: true }],
    ['carol', { suspended: true, locked: true }],
    ['dora', { deactivated: true }],
    ['erin', { locked: true }],
  ] as const)
    bed.hs.addAccount(name, { displayName: name[0]?.toUpperCase() + name.slice(1), ...state })
  await bed.run('invite', '3')
  await bed.run('invite', 'take')
  const names = ['grace', 'heidi', 'ivan', 'judy']
  const browser = await openBrowser(t)
  for (const [width, height] of [
    [360, 740],
    [1280, 800],
  ] as const)
    for (const colorScheme of ['light', 'dark'] as const) {
      const page = await browser.newPage({ viewport: { width, height }, colorScheme })
      const shoot = async (name: string) => {
        await page.screenshot({
          path: join(folder, `${name}-${width}-${colorScheme}.png`),
          fullPage: name !== 'accounts',
        })
      }
      await page.goto(`${bed.url}login`)
      if (wantsAll) await shoot('login')
      await logIn(page, bed.url)
      await shoot('accounts')
      await page.goto(`${bed.url}account/@bob:home.example.org`)
      await shoot('account')
      await page.goto(`${bed.url}account/@admin:home.example.org`)
      if (wantsAll) await shoot('admin')
      await page.goto(`${bed.url}create`)
      await change(page, 'create', { user: names.shift() ?? '' })
      await shoot('created')
      if (!wantsAll) {
        await page.close()
        continue
      }
      await page.goto(`${bed.url}create-several`)
      await change(page, 'create-several', { users: `h${width}${colorScheme}\ni${width}${colorScheme}\nalice` })
      await shoot('several')
      await page.goto(`${bed.url}invites`)
      await shoot('invites')
      await change(page, 'invite-take')
      await shoot('invite')
      await page.goto(`${bed.url}activity`)
      await shoot('activity')
      await page.close()
    }
})
