import t from 'tap'
import { operations } from '../../src/operations/table.ts'
import { logIn as httpLogIn, panelBed } from './bed.ts'
import { act, browserNeeded, logIn, openBrowser, seriousIssues } from './browser.ts'

for (const javaScriptEnabled of [true, false])
  t.test(`every form, ${javaScriptEnabled ? 'with' : 'without'} JavaScript`, browserNeeded, async (t) => {
    const bed = await panelBed(t)
    const page = await (await openBrowser(t)).newPage({ javaScriptEnabled })
    const problems: string[] = []
    page.on('console', (message) => message.type() === 'error' && problems.push(message.text()))
    await logIn(page, bed.url)
    for (const { name, writes, retype } of operations) {
      if (!writes) continue
      if (name !== 'create') bed.hs.addAccount(`for-${name}`)
      const user = `for-${name}`
      await act(page, name, { user, ...(retype ? { retyped: `@${user}:${bed.serverName}` } : {}) })
      t.match(await page.locator('.outcome').textContent(), /Done|cannot show|was active already/, name)
      t.not(await page.locator('#reply').textContent(), '', `${name}: the reply`)
      if (name === 'create') {
        const account = bed.hs.accounts.get(user)
        t.ok((await page.locator('#reply').textContent())?.includes(account?.password ?? '?'), 'its password')
        t.notOk(bed.hs.room.text().includes(account?.password ?? '?'), 'is gone from the room')
      }
      await page.getByRole('link', { name: 'Back to the users' }).click()
    }
    await act(page, 'invite', { count: '3' })
    t.match(await page.locator('#reply').textContent(), /^3 invites on record/)
    await page.goBack()
    await act(page, 'invite-take')
    t.match(await page.locator('#message').textContent(), /You are invited to home\.test/)
    t.ok(await page.locator('.qr svg').isVisible())
    t.match((await bed.run('invite', 'list')).stdout, /given 2/)
    t.strictSame(problems, [], 'the browser refused nothing')
  })

t.test('logging in, and a wrong password', browserNeeded, async (t) => {
  const bed = await panelBed(t)
  const page = await (await openBrowser(t)).newPage()
  await page.goto(bed.url)
  t.equal(page.url(), `${bed.url}login`)
  t.strictSame(await seriousIssues(page), [])
  const guess = async () => {
    await page.getByLabel('Password of this page').fill('guess')
    await page.getByRole('button', { name: 'Log in' }).click()
    return page.getByRole('alert').textContent()
  }
  for (let count = 0; count < 5; count++) t.equal(await guess(), 'the password is wrong')
  t.match(await guess(), /too many wrong passwords: try again in \d+ s/)
})

t.test('deactivation wants the exact id again', browserNeeded, async (t) => {
  const bed = await panelBed(t)
  bed.hs.addAccount('bob')
  const page = await (await openBrowser(t)).newPage()
  await logIn(page, bed.url)
  const events = () => bed.hs.room.events.filter(({ content }) => String(content.body).includes('deactivate')).length
  for (const retyped of ['bob', '@bob:home.tes', '@Bob:home.test']) {
    await act(page, 'deactivate', { user: 'bob', retyped })
    t.match(await page.getByRole('alert').textContent(), /retyped.*nothing was sent/)
    await page.getByRole('link', { name: 'Back to the users' }).click()
  }
  t.equal(events(), 0)
  await act(page, 'deactivate', { user: 'bob', retyped: '@bob:home.test' })
  t.equal(await page.locator('.done').textContent(), "Done: the account's state shows it.")
})

t.test('a reply that is HTML and control characters is shown, not obeyed', browserNeeded, async (t) => {
  const bed = await panelBed(t)
  bed.hs.addAccount('bob')
  const page = await (await openBrowser(t)).newPage()
  await logIn(page, bed.url)
  const body = '<img src=x onerror="document.title=1"><script>1</script></pre>&amp;\u001B[2J\u0000\u202E end'
  bed.hs.faults.onCommand({ line: /suspend/ }, { kind: 'silent' })
  const sent = act(page, 'suspend', { user: 'bob' })
  const asked = () => bed.hs.room.events.find(({ content }) => String(content.body).includes('users suspend'))
  while (asked() === undefined) await new Promise((resolve) => setTimeout(resolve, 5))
  bed.hs.botSays(body, asked()?.event_id ?? '')
  await sent
  t.equal(
    await page.locator('#reply').textContent(),
    '<img src=x onerror="document.title=1"><script>1</script></pre>&amp;\\x1b[2J\\x00\\u202e end',
  )
  t.equal(await page.locator('#reply img').count(), 0)
  t.equal(await page.title(), 'suspend bob')
})

t.test('a list of 3,000 accounts scrolls and can be filtered', browserNeeded, async (t) => {
  const bed = await panelBed(t, { accounts: 3000 })
  const page = await (await openBrowser(t)).newPage({ viewport: { width: 360, height: 740 } })
  await logIn(page, bed.url)
  t.match(await page.locator('#accounts-list').textContent(), /@user2999:home\.test/)
  await page.getByLabel('Show lines that contain').fill('USER1234')
  t.equal((await page.locator('#accounts-list').textContent())?.trim(), '@user1234:home.test')
  t.equal(await page.evaluate('document.documentElement.scrollWidth'), 360, 'nothing is wider than the screen')
  t.strictSame(await seriousIssues(page), [])
})

t.test('the forms are there before the list has come', async (t) => {
  const bed = await panelBed(t)
  const { cookie } = await httpLogIn(bed.url)
  bed.hs.faults.onCommand({ line: /list/ }, { kind: 'silent' })
  const asked = () => bed.hs.room.events.filter(({ content }) => String(content.body).includes('list-users'))
  const before = asked().length
  const { body } = await fetch(bed.url, { headers: { cookie } })
  const chunks = body?.pipeThrough(new TextDecoderStream()).getReader()
  const first = (await chunks?.read())?.value ?? ''
  t.ok(first.includes('action="create"'))
  t.notOk(first.includes('accounts-list'))
  while (asked().length === before) await new Promise((resolve) => setTimeout(resolve, 5))
  bed.hs.botSays('the list', asked().at(-1)?.event_id ?? '')
  let rest = ''
  for (let part = await chunks?.read(); part?.value !== undefined; part = await chunks?.read()) rest += part.value
  t.match(rest, /accounts-list.*the list/s)
})

t.test('a server that is down, a bot that is silent', browserNeeded, async (t) => {
  const bed = await panelBed(t, { env: { MATRIX_ADMIN_TIMEOUT: '1' } })
  bed.hs.addAccount('bob')
  const page = await (await openBrowser(t)).newPage()
  await logIn(page, bed.url)
  bed.hs.faults.onCommand({ line: /suspend/ }, { kind: 'silent' })
  await act(page, 'suspend', { user: 'bob' })
  t.match(await page.getByRole('alert').textContent(), /no reply within 1s: the command was sent/)
  t.strictSame(await seriousIssues(page), [])
  await bed.hs.close()
  await page.goto(bed.url)
  t.match(await page.getByRole('alert').textContent(), /cannot reach the homeserver/)
  await act(page, 'suspend', { user: 'bob' })
  t.match(await page.getByRole('alert').textContent(), /cannot reach the homeserver/)
})

t.test('the keyboard is enough', browserNeeded, async (t) => {
  const bed = await panelBed(t)
  const page = await (await openBrowser(t)).newPage()
  await logIn(page, bed.url)
  await page.locator('summary').first().focus()
  await page.keyboard.press('Enter')
  await page.keyboard.press('Tab')
  await page.keyboard.type('alice')
  await page.keyboard.press('Tab')
  await page.keyboard.type('correct horse battery')
  await page.keyboard.press('Enter')
  await page.locator('.done').waitFor()
  t.ok(bed.hs.accounts.has('alice'))
})
