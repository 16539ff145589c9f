import { appendFileSync } from 'node:fs'
import t from 'tap'
import { auditFile } from '../../src/audit/write.ts'
import { ask, logIn as httpLogIn, panelBed } from './bed.ts'
import { browserNeeded, logIn, openBrowser, seriousIssues } from './browser.ts'

t.test('the audit log, newest first', browserNeeded, async (t) => {
  const bed = await panelBed(t)
  bed.hs.addAccount('bob')
  await bed.run('suspend', 'bob')
  await bed.run('suspend', 'bob')
  const entry = { user: '', ip: '', ua: '', op: 'create', source: 'cli' }
  const lines: string[] = []
  for (let number = 0; number < 60; number++)
    for (const action of ['user-op-start', 'user-op-end']) {
      const end = action === 'user-op-end' ? { rc: 0, outcome: 'replied' } : {}
      const ts = `2026-11-27T00:00:${String(number).padStart(2, '0')}Z`
      lines.push(JSON.stringify({ ts, ...entry, action, target: `@many${number}:home.test`, ...end }))
    }
  lines.push(JSON.stringify({ ts: '2026-11-28T00:00:00Z', ...entry, action: 'user-op-start', target: '<b>\u202E' }))
  lines.push('torn {', '42', '[]')
  appendFileSync(auditFile(bed.dataDir), lines.map((line) => `${line}\n`).join(''))
  const page = await (await openBrowser(t)).newPage()
  await logIn(page, bed.url)
  await page.getByRole('link', { name: 'Activity' }).click()
  await page.waitForURL(/activity$/)
  const rows = page.locator('.activity tbody tr')
  t.equal(await rows.count(), 50)
  t.match(await rows.nth(0).textContent(), /Log in to the panel.*logged in.*panel 127\.0\.0\.1/s)
  t.match(await rows.nth(1).textContent(), /<b>\\u202e.*no end recorded/s)
  t.match(
    await rows.nth(2).textContent(),
    /Create account.*@many59:home\.test.*replied.*2026-11-27 00:00:59.*command line/s,
  )
  t.match(await page.locator('.pager').textContent(), /1–50 of 6\d/)
  t.strictSame(await seriousIssues(page), [])
  await page.getByRole('link', { name: 'Next' }).click()
  await page.waitForURL(/page=2/)
  t.match(await page.locator('.activity').textContent(), /@many3:home\.test/)
  await page.getByLabel('User ID or username').fill('@bob:home.test')
  await page.getByLabel('Operation').selectOption('suspend')
  await page.getByRole('button', { name: 'Filter' }).click()
  await page.waitForURL(/operation=suspend/)
  t.equal(await rows.count(), 2)
  t.match(await rows.nth(0).textContent(), /Suspend/)
  await page.goto(`${bed.url}account/@bob:home.test`)
  t.equal(await rows.count(), 2, 'and on the page of the account')
  await page.goto(`${bed.url}account/@admin:home.test`)
  t.equal(await rows.count(), 0, 'what others were done by it is not there')
  await page.goto(`${bed.url}account/@bob:home.test`)
  await page.getByRole('link', { name: 'All activity of this account' }).click()
  t.match(page.url(), /activity\?user=%40bob%3Ahome\.test/)
})

t.test('the operator’s account, created or renewed, is an operation with a name', async (t) => {
  const bed = await panelBed(t)
  const entry = { ts: '2026-11-27T00:00:00Z', user: 'admin', ip: '', ua: '', op: 'create-admin', target: 'admin' }
  appendFileSync(auditFile(bed.dataDir), `${JSON.stringify({ ...entry, action: 'user-op-start', source: 'cli' })}\n`)
  const { cookie } = await httpLogIn(bed.url)
  const { body } = await ask(`${bed.url}activity?operation=create-admin`, { headers: { cookie } })
  t.match(body, /<option value="create-admin" selected[^>]*>Set up the operator</)
  t.match(body, /<th scope="row">Set up the operator<\/th><td>admin</)
})
