import { readFileSync } from 'node:fs'
import t from 'tap'
import { panelBed } from './bed.ts'
import { browserNeeded, change, logIn, openBrowser, seriousIssues } from './browser.ts'

for (const javaScriptEnabled of [true, false])
  t.test(`several accounts, ${javaScriptEnabled ? 'with' : 'without'} JavaScript`, browserNeeded, async (t) => {
    const bed = await panelBed(t)
    bed.hs.addAccount('bob')
    const context = await (await openBrowser(t)).newContext({ javaScriptEnabled, acceptDownloads: true })
    const page = await context.newPage()
    await logIn(page, bed.url)
    await page.goto(`${bed.url}create`)
    await page.getByRole('link', { name: 'Create several accounts' }).click()
    await change(page, 'create-several', { users: 'ann\nBen\n\nann\n' })
    t.match(await page.getByRole('alert').textContent(), /line 2: invalid username; line 4: ann is there twice/)
    t.notOk(bed.hs.accounts.has('ann'), 'nothing is sent')
    t.equal(await page.locator('textarea').inputValue(), 'ann\nBen\n\nann\n')
    await change(page, 'create-several', { users: 'ann\r\nbob\ncara' })
    await page.locator('#after').waitFor()
    t.match(await page.locator('.verdict').textContent(), /Created 2 of 3 accounts/)
    const passwordOf = (name: string) => bed.hs.accounts.get(name)?.password ?? '?'
    t.strictSame(await page.locator('.created code').allTextContents(), [passwordOf('ann'), passwordOf('cara')])
    t.match(await page.locator('.outcome').allTextContents(), ['Created', /the name was taken/, 'Created'])
    t.notOk(bed.hs.room.text().includes(passwordOf('ann')))
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('link', { name: 'Save as CSV' }).click(),
    ])
    t.equal(download.suggestedFilename(), 'accounts.csv')
    t.equal(
      readFileSync(await download.path(), 'utf8'),
      `"user_id","password"\r\n"@ann:home.test","${passwordOf('ann')}"\r\n"@cara:home.test","${passwordOf('cara')}"\r\n`,
    )
    await page.emulateMedia({ media: 'print' })
    t.equal(await page.locator('.created').first().isVisible(), true)
    for (const hidden of ['.bar', '.verdict', '#after', '.screen'])
      t.equal(await page.locator(hidden).first().isVisible(), false, `${hidden} is not on paper`)
    await page.emulateMedia({ media: 'screen' })
    if (javaScriptEnabled) t.strictSame(await seriousIssues(page), [])
  })

t.test('what is not one account’s fault ends it', browserNeeded, async (t) => {
  const bed = await panelBed(t, { env: { MATRIX_ADMIN_TIMEOUT: '1' } })
  const page = await (await openBrowser(t)).newPage()
  await logIn(page, bed.url)
  bed.hs.faults.onCommand({ line: /create-user ben/ }, { kind: 'silent' })
  await page.goto(`${bed.url}create-several`)
  await change(page, 'create-several', { users: 'ann\nben\ncara' })
  await page.locator('#after').waitFor()
  t.match(await page.getByRole('alert').textContent(), /no reply within 1s/i)
  t.match(await page.locator('.result').textContent(), /Created 1 of 3 accounts.*Not confirmed: ben.*Not sent: cara/s)
  t.notOk(bed.hs.accounts.has('cara'))
})
