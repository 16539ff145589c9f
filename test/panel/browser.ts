import { existsSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { type Browser, chromium, type Page } from 'playwright-core'
import type { Test } from 'tap'
import { password } from './bed.ts'

const program = '/usr/bin/chromium'

/** For tests that need a browser. */
export const browserNeeded = existsSync(program) ? {} : { skip: 'needs chromium' }

/** Debian's Chromium, ended with the test. As root it has no sandbox of its own, and it sees only our pages. */
export async function openBrowser(t: Test): Promise<Browser> {
  const browser = await chromium.launch({ executablePath: program, args: ['--no-sandbox', '--disable-gpu'] })
  t.teardown(() => browser.close())
  return browser
}

export async function logIn(page: Page, url: string): Promise<void> {
  await page.goto(`${url}login`)
  await page.getByLabel('Panel password').fill(password)
  await page.getByRole('button', { name: 'Log in' }).click()
  await page.waitForURL(url)
}

/** Fills in the form of a change that is on the page, opens it before if need be, sends it, and waits for the whole result. */
export async function change(page: Page, name: string, fields: Record<string, string> = {}): Promise<void> {
  const form = page.locator(`form[action$="${name}"]`).first()
  await form.waitFor({ state: 'attached' })
  const closed = page.locator('details:not([open])', { has: form }).locator('summary')
  if ((await closed.count()) > 0) await closed.first().click()
  for (const [field, value] of Object.entries({ password, ...fields }))
    await form.locator(`[name="${field}"]`).fill(value)
  await form.locator('button[type="submit"]').click()
  await page.locator('#after, #problem').first().waitFor()
}

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')

/** What axe-core finds serious or critical on the page, by rule and place. */
export async function seriousIssues(page: Page): Promise<string[]> {
  await page.evaluate(axe)
  const violations = await page.evaluate(
    'axe.run().then(({ violations }) => violations.map(({ id, impact, nodes }) => ({ id, impact, at: nodes.map(({ html }) => html).join(" ") })))',
  )
  return (violations as { id: string; impact: string; at: string }[])
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .map(({ id, at }) => `${id}: ${at}`)
}
