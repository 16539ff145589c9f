import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { panelBed } from './bed.ts'
import { act, logIn, openBrowser } from './browser.ts'

/** `make screenshots`: pictures of the running page, for the README. */
const folder = join(import.meta.dirname, '../../docs/screenshots')
mkdirSync(folder, { recursive: true })

t.test('screenshots', async (t) => {
  const bed = await panelBed(t, { accounts: 12 })
  const browser = await openBrowser(t)
  for (const [width, height] of [
    [360, 740],
    [1280, 800],
  ] as const)
    for (const colorScheme of ['light', 'dark'] as const) {
      const page = await browser.newPage({ viewport: { width, height }, colorScheme })
      const shoot = (name: string) => page.screenshot({ path: join(folder, `${name}-${width}-${colorScheme}.png`) })
      await logIn(page, bed.url)
      await page.locator('summary').first().click()
      await shoot('users')
      await page.locator('summary').first().click()
      await act(page, 'create', { user: `alice-${width}-${colorScheme}` })
      await shoot('created')
      await page.close()
    }
})
