import t from 'tap'
import { operations } from '../../src/operations/table.ts'
import { panelBed } from './bed.ts'
import { browserNeeded, change, logIn, openBrowser, seriousIssues } from './browser.ts'

const sentences: Record<string, RegExp> = {
  create: /^Created @for-create:home\.test$/,
  'reset-password': /^Reset the password of @for-reset-password:home\.test$/,
  suspend: /^Suspended @for-suspend:home\.test$/,
  unsuspend: /^Unsuspended @for-unsuspend:home\.test$/,
  deactivate: /^Deactivated @for-deactivate:home\.test$/,
  lock: /^Locked @for-lock:home\.test$/,
  unlock: /^Unlocked @for-unlock:home\.test$/,
  logout: /^The command was sent\. The server cannot confirm that it took effect\.$/,
  'make-admin': /^Made @for-make-admin:home\.test an admin$/,
}

for (const javaScriptEnabled of [true, false])
  t.test(`every operation, ${javaScriptEnabled ? 'with' : 'without'} JavaScript`, browserNeeded, async (t) => {
    const bed = await panelBed(t)
    const page = await (await openBrowser(t)).newPage({ javaScriptEnabled })
    const problems: string[] = []
    page.on('console', (message) => message.type() === 'error' && problems.push(message.text()))
    await logIn(page, bed.url)
    for (const { name, writes } of operations) {
      if (!writes) continue
      const localpart = `for-${name}`
      const userId = `@${localpart}:${bed.serverName}`
      if (name === 'create') await page.goto(`${bed.url}create`)
      else {
        bed.hs.addAccount(localpart, { suspended: name === 'unsuspend', locked: name === 'unlock' })
        bed.hs.login(localpart)
        await page.goto(bed.url)
        await page.getByRole('link', { name: userId, exact: true }).click()
      }
      const needsId = ['deactivate', 'make-admin'].includes(name)
      await change(page, name, name === 'create' ? { user: localpart } : needsId ? { retyped: userId } : {})
      t.match(await page.locator('.verdict').textContent(), sentences[name], name)
      const isGreen = (await page.locator('.verdict.good').count()) === 1
      t.equal(isGreen, name !== 'logout', `${name}: green is for what the server confirms`)
      t.not(await page.locator('#reply').textContent(), '', `${name}: the reply`)
      const account = bed.hs.accounts.get(localpart)
      if (name === 'create' || name === 'reset-password') {
        t.equal(await page.locator('#password').textContent(), account?.password, `${name}: its password`)
        t.notOk(bed.hs.room.text().includes(account?.password ?? '?'), 'is gone from the room')
        t.equal(account?.devices.size, name === 'create' ? 0 : 1, 'the check leaves no session')
      }
      if (name === 'logout') t.equal(account?.devices.size, 0)
      if (javaScriptEnabled && name === 'create') t.strictSame(await seriousIssues(page), [])
    }
    const state = (name: string) => bed.hs.accounts.get(`for-${name}`)
    t.match(state('suspend'), { suspended: true })
    t.match(state('unsuspend'), { suspended: false })
    t.match(state('lock'), { locked: true })
    t.match(state('unlock'), { locked: false })
    t.match(state('deactivate'), { deactivated: true })
    t.match(state('make-admin'), { admin: true })
    t.strictSame(problems, [], 'the browser refused nothing')
  })

t.test('what can be done depends on the state', browserNeeded, async (t) => {
  const bed = await panelBed(t)
  bed.hs.addAccount('active')
  bed.hs.addAccount('both', { suspended: true, locked: true })
  bed.hs.addAccount('gone', { deactivated: true })
  const page = await (await openBrowser(t)).newPage()
  await logIn(page, bed.url)
  const offered = async (name: string) => {
    await page.goto(`${bed.url}account/@${name}:home.test`)
    return page.locator('.actions button').allTextContents()
  }
  t.strictSame(await offered('active'), [
    'Suspend account',
    'Lock account',
    'Reset password',
    'End sessions',
    'Make admin',
    'Deactivate account',
  ])
  t.strictSame(await seriousIssues(page), [])
  t.strictSame(await offered('both'), [
    'Unsuspend account',
    'Unlock account',
    'Reset password',
    'End sessions',
    'Make admin',
    'Deactivate account',
  ])
  t.strictSame(await page.locator('.state .badge').allTextContents(), ['locked', 'suspended'])
  t.strictSame(await offered('gone'), [])
  t.match(await page.locator('.notice').textContent(), /deactivated permanently/)
  t.strictSame(await offered('nobody'), [])
  t.match(await page.locator('.notice').textContent(), /There is no account with this name/)
  t.strictSame(await offered('admin'), ['Reset password'])
  t.strictSame(await page.locator('.notice').allTextContents(), [
    'This account is an admin. The server does not suspend, lock or log out admins.',
    'This is the operator’s own account. The panel uses its token, so it cannot be suspended, locked, logged out or deactivated here.',
  ])
  t.equal((await page.goto(`${bed.url}account/@alice:elsewhere.test`))?.status(), 404)
  t.equal((await page.goto(`${bed.url}account/alice`))?.status(), 404)
})

t.test('a hostile id, display name, reply and notice stay text', browserNeeded, async (t) => {
  const bed = await panelBed(t)
  const markup = '<img src=x onerror="document.title=1"><script>1</script></pre>&amp;\u001B[2J\u0000\u202E end'
  const shown = '<img src=x onerror="document.title=1"><script>1</script></pre>&amp;\\x1b[2J\\x00\\u202e end'
  bed.hs.addAccount('<img/src=x>', { displayName: markup })
  bed.hs.addAccount('bob', { displayName: markup })
  const page = await (await openBrowser(t)).newPage()
  await logIn(page, bed.url)
  const images = () => page.locator('img, main script').count()
  await page.getByRole('link', { name: '@<img/src=x>:home.test' }).click()
  t.equal(await page.locator('h1').textContent(), '@<img/src=x>:home.test')
  t.equal(await images(), 0)
  await page.goto(`${bed.url}account/@bob:home.test`)
  t.equal(await page.locator('.state bdi').textContent(), shown)
  t.equal(await images(), 0)
  bed.hs.faults.onCommand({ line: /suspend/ }, { kind: 'silent' })
  const sent = change(page, 'suspend')
  const asked = () => bed.hs.room.events.find(({ content }) => String(content.body).includes('users suspend'))
  while (asked() === undefined) await new Promise((resolve) => setTimeout(resolve, 5))
  bed.hs.botSays(markup)
  bed.hs.botSays(markup, asked()?.event_id ?? '')
  await sent
  t.equal(await page.locator('#reply').textContent(), shown)
  t.strictSame(await page.locator('.foreign').allTextContents(), [shown])
  t.equal(await images(), 0)
  t.equal(await page.title(), 'Suspend · home.test')
})

t.test('two people never see each other’s result', browserNeeded, async (t) => {
  const bed = await panelBed(t, { delayMs: 50 })
  const people = await Promise.all(
    ['ann', 'ben'].map(async (name) => {
      const page = await (await openBrowser(t)).newPage()
      await logIn(page, bed.url)
      await page.goto(`${bed.url}create`)
      return { name, page }
    }),
  )
  await Promise.all(people.map(({ name, page }) => change(page, 'create', { user: name })))
  for (const { name, page } of people) {
    const text = await page.locator('main').textContent()
    for (const other of ['ann', 'ben'])
      t.equal(text?.includes(bed.hs.accounts.get(other)?.password ?? '?'), name === other, `${name}: ${other}`)
  }
})

t.test('the keyboard is enough', browserNeeded, async (t) => {
  const bed = await panelBed(t)
  bed.hs.addAccount('bob')
  const page = await (await openBrowser(t)).newPage()
  await logIn(page, bed.url)
  await page.getByRole('link', { name: '@bob:home.test' }).focus()
  await page.keyboard.press('Enter')
  await page.locator('summary', { hasText: 'Suspend' }).focus()
  await page.keyboard.press('Enter')
  await page.locator('[type="password"]:focus').waitFor()
  await page.keyboard.type('correct horse battery')
  await page.keyboard.press('Tab')
  t.equal(await page.locator('button:focus').textContent(), 'Suspend account')
  await page.keyboard.press('Enter')
  await page.locator('.verdict:focus').waitFor()
  t.match(bed.hs.accounts.get('bob'), { suspended: true })
})
