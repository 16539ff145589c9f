import t from 'tap'
import { ask, logIn as httpLogIn, panelBed } from './bed.ts'
import { browserNeeded, change, logIn, openBrowser } from './browser.ts'

t.test('a result has no address: another login that asks for it gets a form', async (t) => {
  const bed = await panelBed(t)
  const [ann, ben] = [await httpLogIn(bed.url), await httpLogIn(bed.url)]
  const result = await ann.send('create', { user: 'alice' })
  const password = bed.hs.accounts.get('alice')?.password ?? '?'
  t.ok(result.body.includes(password))
  t.match(result.headers, { 'cache-control': 'no-store' })
  for (const path of ['create', 'create?user=alice', '', 'account/@alice:home.test', 'activity', 'server-list'])
    for (const { cookie } of [ann, ben]) {
      const { body } = await ask(bed.url + path, { headers: { cookie } })
      t.notOk(body.includes(password), path)
    }
})

t.test('a form works in its own login only, and once', async (t) => {
  const bed = await panelBed(t)
  const [ann, ben] = [await httpLogIn(bed.url), await httpLogIn(bed.url)]
  const form = await ann.formId('create')
  t.equal((await ben.send('create', { user: 'alice', form })).status, 403, 'her form')
  t.equal((await ben.send('create', { user: 'alice', form, csrf: ann.csrf })).status, 403, 'and her token')
  t.notOk(bed.hs.accounts.has('alice'))
  t.match(await ann.send('create', { user: 'alice', form }), { status: 200, body: /Created @alice/ })
  t.match(await ann.send('create', { user: 'alice', form }), { status: 409, body: /already sent.*Back to accounts/s })
  const invite = { count: '1', form: await ann.formId('invite') }
  t.equal((await ann.send('invite', invite)).status, 200)
  t.match(await ann.send('invite', invite), { status: 409, body: /already sent.*"\.\/invites">Back to invites/s })
})

for (const javaScriptEnabled of [true, false])
  t.test(
    `the Back button after logging out, ${javaScriptEnabled ? 'with' : 'without'} JavaScript`,
    browserNeeded,
    async (t) => {
      const bed = await panelBed(t)
      const page = await (await openBrowser(t)).newPage({ javaScriptEnabled })
      await logIn(page, bed.url)
      await page.goto(`${bed.url}create`)
      await change(page, 'create', { user: 'alice' })
      const password = (await page.locator('#password').textContent()) ?? '?'
      t.equal(bed.hs.accounts.get('alice')?.password, password)
      await page.getByRole('button', { name: 'Log out' }).click()
      await page.waitForURL(`${bed.url}login`)
      for (const step of ['back', 'back', 'forward'] as const) {
        await (step === 'back' ? page.goBack() : page.goForward()).catch(() => {})
        await page.waitForLoadState()
        t.notOk(((await page.textContent('html')) ?? '').includes(password), step)
      }
      await page.goto(`${bed.url}create`)
      t.equal(page.url(), `${bed.url}login`)
    },
  )
