import t from 'tap'
import { panelBed } from './bed.ts'
import { browserNeeded, change, logIn, openBrowser, seriousIssues } from './browser.ts'

for (const javaScriptEnabled of [true, false])
  t.test(`invites, ${javaScriptEnabled ? 'with' : 'without'} JavaScript`, browserNeeded, async (t) => {
    const bed = await panelBed(t)
    const page = await (await openBrowser(t)).newPage({ javaScriptEnabled })
    const problems: string[] = []
    page.on('console', (message) => message.type() === 'error' && problems.push(message.text()))
    await logIn(page, bed.url)
    const verdict = () => page.locator('.verdict').textContent()
    const states = async () => {
      await page.goto(`${bed.url}invites`)
      return page.locator('.invites .badge').allTextContents()
    }
    t.strictSame(await states(), [])
    await change(page, 'invite', { count: '3', days: '2' })
    const until = new Date(Date.now() + 2 * 86_400_000).toISOString().slice(0, 10)
    t.equal(await verdict(), `Created 3 invites, valid until ${until}`)
    t.strictSame(await states(), ['valid', 'valid', 'valid'])
    await change(page, 'invite-take')
    t.equal(await verdict(), 'The invite is marked as given')
    const token = await page.locator('#token').textContent()
    t.match(await page.locator('#message').textContent(), /You are invited to home\.test/)
    t.match(await page.locator('#link').textContent(), /flow=trusted/)
    t.ok(await page.locator('.qr svg').isVisible())
    if (javaScriptEnabled) t.strictSame(await seriousIssues(page), [])
    t.strictSame(await states(), ['valid', 'valid', 'given'], 'unused ones first')
    t.equal(await page.locator('.invites caption').textContent(), '2 unused of 3 invites')
    if (javaScriptEnabled) t.strictSame(await seriousIssues(page), [])
    await page.getByRole('link', { name: 'Show again' }).click()
    if (javaScriptEnabled) t.strictSame(await seriousIssues(page), [])
    await change(page, 'invite-show')
    t.equal(await page.locator('#token').textContent(), token)
    t.strictSame(await states(), ['valid', 'valid', 'given'])
    await page.goto(`${bed.url}activity?operation=invite-take`)
    t.match(
      await page.locator('.activity tbody').textContent(),
      new RegExp(`${token?.slice(0, 6)}….*shown again.*${token?.slice(0, 6)}….*done`, 's'),
    )
    await states()
    const row = page
      .locator('.invites tr')
      .filter({ hasText: 'given 2' })
      .or(page.locator('tr', { hasText: /given/ }))
      .last()
    await row.locator('summary').click()
    await row.locator('[name="password"]').fill('correct horse battery')
    await row.getByRole('button', { name: 'Revoke invite' }).click()
    t.equal(await verdict(), `Revoked the invite ${token?.slice(0, 6)}…`)
    t.strictSame(await states(), ['valid', 'valid'])
    t.notOk((await bed.run('invite', 'list', '--show')).stdout.includes(token ?? '?'))
    await page.locator('summary', { hasText: 'Remove used and expired' }).click()
    await change(page, 'invite-prune')
    t.equal(await verdict(), 'Revoked 0 expired, removed 0 used or unknown, 2 left')
    await states()
    t.equal(await page.getByLabel('Valid for days').inputValue(), '7', 'what is set is proposed')
    await change(page, 'invite', { count: '1' })
    t.match(await verdict(), /Created 1 invite, valid until/)
    t.strictSame(problems, [], 'the browser refused nothing')
    t.match(
      bed.audit().filter(({ action, source }) => action === 'user-op-end' && source === 'panel'),
      [
        { op: 'invite' },
        { op: 'invite-take' },
        { op: 'invite-take', outcome: 'shown again' },
        { op: 'invite-revoke' },
        { op: 'invite-prune' },
        { op: 'invite' },
      ],
    )
  })

t.test('copying is told', browserNeeded, async (t) => {
  const bed = await panelBed(t)
  const page = await (await openBrowser(t)).newPage({ permissions: ['clipboard-read', 'clipboard-write'] })
  await logIn(page, bed.url)
  await page.goto(`${bed.url}invites`)
  await change(page, 'invite-take')
  t.match(await page.getByRole('alert').textContent(), /no valid invite is left to hand out.*Create invites first/i)
  await page.goto(`${bed.url}invites`)
  await change(page, 'invite', { count: '1' })
  await page.goto(`${bed.url}invites`)
  await change(page, 'invite-take')
  for (const name of ['message', 'link', 'token']) {
    const button = page.getByRole('button', { name: `Copy ${name}`, exact: true })
    await button.click()
    const said = page.locator('.copy', { has: button }).getByRole('status')
    await said.filter({ hasText: /^Copied$/ }).waitFor()
    t.equal(await page.evaluate('navigator.clipboard.readText()'), await page.locator(`#${name}`).textContent())
    await page.evaluate('navigator.clipboard.writeText = () => Promise.reject(new Error("no"))')
    await button.click()
    await said.filter({ hasText: 'Not copied: select the text' }).waitFor()
    await page.evaluate('delete navigator.clipboard.writeText')
  }
})

t.test('registration that is closed is said, with what fixes it', browserNeeded, async (t) => {
  const bed = await panelBed(t, { registration: 'closed' })
  const page = await (await openBrowser(t)).newPage()
  await logIn(page, bed.url)
  await page.goto(`${bed.url}invites`)
  t.match(await page.getByRole('alert').textContent(), /registration is closed.*allow_registration/is)
})

t.test('an error fits a phone, and its request stands apart, broken after slashes', browserNeeded, async (t) => {
  const bed = await panelBed(t)
  const page = await (await openBrowser(t)).newPage({ viewport: { width: 360, height: 740 } })
  await logIn(page, bed.url)
  const body = { errcode: 'M_UNKNOWN', error: '' }
  bed.hs.faults.on({ path: /directory/ }, { kind: 'answer', status: 500, body })
  await page.goto(`${bed.url}invites`)
  const alert = page.getByRole('alert')
  t.equal(await alert.locator('p').first().textContent(), 'The homeserver failed')
  const request = alert.locator('.request')
  t.match(await request.textContent(), /^500 M_UNKNOWN, GET \/_matrix\/client\/\S+$/)
  t.equal(await request.locator('wbr').count(), (await request.textContent())?.split('/').slice(1).length)
  t.ok(await page.evaluate('document.documentElement.scrollWidth <= innerWidth'), 'nothing sticks out')
})
