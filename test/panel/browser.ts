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
  await page.getByLabel('Password of this page').fill(password)
  await page.getByRole('button', { name: 'Log in' }).click()
  await page.waitForURL(url)
}

/** Opens the form of an action, fills it in and sends it; then waits for the whole result. */
export async function act(page: Page, name: string, fields: Record<string, string> = {}): Promise<void> {
  await page.locator('summary', { has: page.locator(`strong:text-is("${name.replaceAll('-', ' ')}")`) }).click()
  const form = page.locator(`form[action="${name}"]`)
  for (const [field, value] of Object.entries({ password, ...fields }))
    await form.locator(`[name="${field}"]`).fill(value)
  await form.getByRole('button').click()
  await page.getByRole('link', { name: 'Back to the users' }).waitFor()
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
