import { readFileSync } from 'node:fs'
import t from 'tap'
import { logIn as httpLogIn, panelBed } from './bed.ts'
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
    t.match(
      await page.getByRole('alert').textContent(),
      /line 2: invalid username "Ben"; did you mean ben\?\nline 4: "ann" is the same as line 1/,
    )
    t.notOk(bed.hs.accounts.has('ann'), 'nothing is sent')
    t.equal(await page.locator('textarea').inputValue(), 'ann\nBen\n\nann\n')
    await change(page, 'create-several', { users: 'ann\r\nbob\ncara' })
    await page.locator('#after').waitFor()
    t.match(await page.locator('.verdict').textContent(), /Created 2 of 3 accounts/)
    const passwordOf = (name: string) => bed.hs.accounts.get(name)?.password ?? '?'
    t.strictSame(await page.locator('.created code').allTextContents(), [passwordOf('ann'), passwordOf('cara')])
    t.match(await page.locator('.created .outcome').allTextContents(), ['Created', /the name was taken/, 'Created'])
    t.strictSame(
      await page.locator('.created tbody th').allTextContents(),
      ['ann', 'bob', 'cara'].map((name) => `@${name}:home.test`),
    )
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
    t.equal(await page.locator('.created tbody tr').first().isVisible(), true)
    for (const hidden of ['.bar', '.verdict', '#after', '.keep', 'tr:has(.bad)'])
      t.equal(await page.locator(hidden).first().isVisible(), false, `${hidden} is not on paper`)
    await page.emulateMedia({ media: 'screen' })
    if (javaScriptEnabled) t.strictSame(await seriousIssues(page), [])
  })

t.test(
  'an account without a reply is named, and nothing is sent after a fault that is not one account’s',
  browserNeeded,
  async (t) => {
    const bed = await panelBed(t, { env: { MATRIX_ADMIN_TIMEOUT: '1' } })
    const page = await (await openBrowser(t)).newPage()
    await logIn(page, bed.url)
    bed.hs.faults.onCommand({ line: /create-user ben/ }, { kind: 'silent' })
    const create = async (users: string) => {
      await page.goto(`${bed.url}create-several`)
      await change(page, 'create-several', { users })
      await page.locator('#after').waitFor()
      return page.locator('.created .outcome').allTextContents()
    }
    t.match(await create('ann\nben\ncara'), ['Created', /^No reply within 1s: .*@ben:home\.test is missing/, 'Created'])
    t.equal(await page.locator('.verdict.bad').textContent(), 'Created 2 of 3 accounts')
    t.match(await page.locator('#problem').textContent(), /no reply within 1s.*run matrix-users check/is)
    bed.hs.faults.onCommand({ line: /create-user ben/ }, { kind: 'silent' })
    t.match(await create('ben\ndora\nemil'), [/^No reply within 1s/])
    t.equal(await page.locator('.verdict.bad').textContent(), 'Created 0 of 3 accounts')
    t.equal(await page.locator('#unsent').textContent(), 'Not sent: @dora:home.test, @emil:home.test')
    t.notOk(bed.hs.accounts.has('dora'))
  },
)

t.test('many at once: 500, and not one more', async (t) => {
  const bed = await panelBed(t)
  const { send } = await httpLogIn(bed.url)
  const names = Array.from({ length: 501 }, (_, number) => `${'x'.repeat(55)}${String(number).padStart(4, '0')}`)
  const posted = bed.hs.room.events.length
  t.match(
    (await send('create-several', { users: names.join('\r\n') })).body,
    /501 accounts are more than 500: nothing was sent/,
  )
  t.equal(bed.hs.room.events.length, posted)
  const { body } = await send('create-several', { users: names.slice(1).join('\r\n') })
  t.match(body, /Created 500 of 500 accounts/)
  const rows = [...body.matchAll(/<tr><th scope="row">@([^:]+):home\.test<\/th><td><code>([^<]+)<\/code>/g)]
  t.strictSame(
    rows.map(([, name]) => name),
    names.slice(1),
    'in the order of the form',
  )
  t.ok(rows.every(([, name = '', shown]) => bed.hs.accounts.get(name)?.password === shown))
  t.equal(rows.filter(([, , shown = '?']) => bed.hs.room.text().includes(shown)).length, 0)
})
