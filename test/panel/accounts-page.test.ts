import { EventEmitter, once } from 'node:events'
import type { ServerResponse } from 'node:http'
import t from 'tap'
import { answer } from '../homeserver/respond.ts'
import type { Answered } from '../homeserver/router.ts'
import { logIn as httpLogIn, panelBed } from './bed.ts'
import { browserNeeded, change, logIn, openBrowser, seriousIssues } from './browser.ts'

for (const javaScriptEnabled of [true, false])
  t.test(
    `pages, search and filters, ${javaScriptEnabled ? 'with' : 'without'} JavaScript`,
    browserNeeded,
    async (t) => {
      const bed = await panelBed(t, { accounts: 120 })
      bed.hs.addAccount('alice', { suspended: true })
      bed.hs.addAccount('carol', { suspended: true, locked: true })
      bed.hs.addAccount('dora', { deactivated: true })
      const page = await (await openBrowser(t)).newPage({ javaScriptEnabled })
      await logIn(page, bed.url)
      const table = page.locator('#accounts > :last-child')
      const row = (id: string) => table.getByRole('row').filter({ hasText: id })
      t.equal(await table.locator('tbody tr').count(), 50)
      t.match(await row('@admin:home.test').textContent(), /active.*admin.*operator/)
      t.match(await row('@carol:home.test').textContent(), /locked.*suspended/)
      t.match(await row('@dora:home.test').textContent(), /deactivated/)
      t.equal(await row('@conduit:home.test').textContent(), '@conduit:home.testserver botadmin')
      t.match(await table.locator('.pager').textContent(), /1–50 of 125/)
      await table.getByRole('link', { name: 'Next' }).click()
      t.match(await table.locator('.pager').textContent(), /51–100 of 125/)
      t.match(page.url(), /\?page=2$/)
      await page.getByLabel('Search user IDs').fill('USER01')
      await page.getByRole('button', { name: 'Search' }).click()
      await page.waitForURL(/\?q=USER01$/)
      t.equal(await table.locator('caption').textContent(), '20 accounts')
      t.equal(await table.locator('.pager').count(), 0, 'they fit on one page')
      await page.getByRole('link', { name: 'Suspended' }).click()
      t.match(page.url(), /q=USER01&state=suspended/)
      t.equal(await table.textContent(), 'No account matches.')
      await page.goto(`${bed.url}?state=suspended`)
      t.strictSame(await table.locator('tbody th a').allTextContents(), ['@alice:home.test', '@carol:home.test'])
      t.equal(await page.locator('.chip[aria-current]').textContent(), 'Suspended')
      await page.goto(`${bed.url}?state=admin`)
      t.match(await table.locator('tbody th a').allTextContents(), ['@admin:home.test'])
      await page.goto(`${bed.url}?state=nonsense&page=0`)
      t.equal(await table.locator('tbody tr').count(), 50)
      await page.getByRole('link', { name: 'The server’s own list' }).click()
      t.match(await page.locator('#server-list').textContent(), /@user0119:home\.test/)
      if (javaScriptEnabled) t.strictSame(await seriousIssues(page), [])
    },
  )

t.test('search as you type', browserNeeded, async (t) => {
  const bed = await panelBed(t, { accounts: 120 })
  const page = await (await openBrowser(t)).newPage({ viewport: { width: 360, height: 740 } })
  await logIn(page, bed.url)
  t.strictSame(await seriousIssues(page), [])
  await page.getByLabel('Search user IDs').pressSequentially('user0117')
  await page.waitForURL(/q=user0117/)
  await page.locator('#accounts > :last-child tbody tr').nth(1).waitFor({ state: 'detached' })
  t.equal(await page.locator('#accounts > :last-child tbody th a').textContent(), '@user0117:home.test')
  t.equal(await page.getByRole('status').textContent(), '1 account', 'and is said')
  await page.getByLabel('Search user IDs').fill('nobody like that')
  await page.getByRole('status').filter({ hasText: 'No account matches.' }).waitFor()
  t.ok(await page.evaluate('document.documentElement.scrollWidth <= innerWidth'), 'nothing sticks out')
})

t.test('the frame comes before the list, the rows before their states', async (t) => {
  const bed = await panelBed(t)
  bed.hs.addAccount('bob', { suspended: true })
  const { cookie } = await httpLogIn(bed.url)
  bed.hs.faults.onCommand({ line: /list/ }, { kind: 'silent' })
  const asked = () => bed.hs.room.events.filter(({ content }) => String(content.body).includes('list-users'))
  const { body } = await fetch(bed.url, { headers: { cookie } })
  const chunks = body?.pipeThrough(new TextDecoderStream()).getReader()
  const first = (await chunks?.read())?.value ?? ''
  t.match(first, /Create account.*Create invite|Create invite.*Create account/s)
  t.notMatch(first, /@bob/)
  while (asked().length === 0) await new Promise((resolve) => setTimeout(resolve, 5))
  bed.hs.botSays('@bob:home.test', asked().at(-1)?.event_id ?? '')
  let rest = ''
  for (let part = await chunks?.read(); part?.value !== undefined; part = await chunks?.read()) rest += part.value
  t.match(rest, /@bob:home\.test.*asking ….*@bob:home\.test.*suspended/s)
})

t.test('what the server said is kept for a moment, and dropped at a change', async (t) => {
  const bed = await panelBed(t)
  const login = await httpLogIn(bed.url)
  const lists = () => bed.hs.room.events.filter(({ content }) => String(content.body).includes('list-users')).length
  const accounts = async () => (await fetch(bed.url, { headers: { cookie: login.cookie } })).text()
  await Promise.all([accounts(), accounts(), accounts()])
  t.equal(lists(), 1, 'those who ask at once share one question')
  await login.send('create', { user: 'alice' })
  t.match(await accounts(), /@alice:home\.test/)
  t.equal(lists(), 2)
})

t.test('a change while a filter asks takes no account out of its answer', async (t) => {
  const bed = await panelBed(t, { accounts: 60 })
  const login = await httpLogIn(bed.url)
  const page = async (query: string) =>
    (await fetch(`${bed.url}${query}`, { headers: { cookie: login.cookie } })).text()
  await page('')
  const gate = new EventEmitter()
  const [asked, changed] = [once(gate, 'asked'), once(gate, 'changed')]
  const held = async (response: ServerResponse, carryOut: () => Answered) => {
    gate.emit('asked')
    await changed
    answer(response, carryOut())
  }
  bed.hs.faults.on({ path: /admin\/suspend\/.*user0059/, times: 1 }, { kind: 'act', act: held })
  const filtered = page('?state=active')
  await asked
  t.equal((await login.send('create', { user: 'alice' })).status, 200)
  gate.emit('changed')
  t.match(await filtered, /61 accounts.*@user0000:home\.test/s)
})

t.test('a server that is down, a bot that is silent', browserNeeded, async (t) => {
  const bed = await panelBed(t, { env: { MATRIX_ADMIN_TIMEOUT: '1' } })
  bed.hs.addAccount('bob')
  const page = await (await openBrowser(t)).newPage()
  await logIn(page, bed.url)
  bed.hs.faults.onCommand({ line: /suspend/ }, { kind: 'silent' })
  await page.goto(`${bed.url}account/@bob:home.test`)
  await change(page, 'suspend')
  t.match(await page.getByRole('alert').textContent(), /no reply within 1s: the command was sent/i)
  t.strictSame(await seriousIssues(page), [])
  await bed.hs.close()
  await page.goto(bed.url)
  t.match(await page.getByRole('alert').textContent(), /cannot reach the homeserver.*run matrix-users check/i)
  t.ok(await page.getByRole('link', { name: 'Activity' }).isVisible(), 'what needs no server is there')
  await page.getByRole('link', { name: 'Activity' }).click()
  t.match(await page.locator('table').textContent(), /Suspend.*@bob:home\.test/)
  await page.goto(`${bed.url}account/@bob:home.test`)
  t.match(await page.getByRole('alert').textContent(), /cannot reach the homeserver/i)
})
