import type { Page } from 'playwright-core'
import t from 'tap'
import { panelBed, password } from './bed.ts'
import { browserNeeded, change, logIn, openBrowser, seriousIssues } from './browser.ts'

const focused = (page: Page) => page.locator('input:focus').getAttribute('name')

t.test('logging in, and a wrong password', browserNeeded, async (t) => {
  const bed = await panelBed(t)
  const page = await (await openBrowser(t)).newPage()
  await page.goto(`${bed.url}account/@admin:home.test`)
  t.equal(page.url(), `${bed.url}login`)
  t.strictSame(await seriousIssues(page), [])
  const guess = async () => {
    await page.getByLabel('Panel password').fill('guess')
    await page.getByRole('button', { name: 'Log in' }).click()
    return page.getByRole('alert').textContent()
  }
  for (let count = 0; count < 5; count++) t.equal(await guess(), 'The password is wrong')
  t.match(await guess(), /Too many wrong passwords: try again in \d+ s/i)
})

for (const javaScriptEnabled of [true, false])
  t.test(`a form that was refused, ${javaScriptEnabled ? 'with' : 'without'} JavaScript`, browserNeeded, async (t) => {
    const bed = await panelBed(t)
    bed.hs.addAccount('bob')
    const page = await (await openBrowser(t)).newPage({ javaScriptEnabled })
    await logIn(page, bed.url)
    const values = () =>
      Promise.all(['user', 'retyped', 'password'].map((name) => page.locator(`.card [name="${name}"]`).inputValue()))
    const again = async (fields: Record<string, string>) => {
      for (const [name, value] of Object.entries(fields)) await page.locator(`.card [name="${name}"]`).fill(value)
      await page.locator('.card button').click()
      await page.locator('#after, #problem').first().waitFor()
    }
    const events = () => bed.hs.room.events.filter(({ content }) => String(content.body).includes('deactivate')).length

    await page.goto(`${bed.url}account/@bob:home.test`)
    await change(page, 'deactivate', { retyped: '@bob:home.tes', password: 'wrong' })
    t.match(await page.getByRole('alert').textContent(), /The password is wrong: nothing was done/i)
    t.strictSame(await values(), ['@bob:home.test', '@bob:home.tes', ''])
    t.equal(await focused(page), 'password')
    for (const retyped of ['@bob:home.tes', 'bob', '@Bob:home.test']) {
      await again({ password, retyped })
      t.match(await page.getByRole('alert').textContent(), /user ID does not match/i)
      t.strictSame(await values(), ['@bob:home.test', retyped, ''])
      t.equal(await focused(page), 'retyped')
    }
    if (javaScriptEnabled) t.strictSame(await seriousIssues(page), [])
    await again({ user: 'Bob!', password })
    t.equal(await focused(page), 'user', 'a name that is none')
    t.equal(events(), 0)
    await again({ user: 'bob', retyped: '@bob:home.test', password })
    t.equal(await page.locator('.verdict.good').textContent(), 'Deactivated @bob:home.test')
    t.equal(await page.locator('main form').count(), 0, 'what was done is not offered again')
  })

t.test('every page is laid out by the standard', browserNeeded, async (t) => {
  const bed = await panelBed(t)
  bed.hs.addAccount('bob')
  const page = await (await openBrowser(t)).newPage({ viewport: { width: 320, height: 640 } })
  const mode = async (name: string) => t.equal(await page.evaluate('document.compatMode'), 'CSS1Compat', name)
  await page.goto(`${bed.url}login`)
  await mode('login')
  await logIn(page, bed.url)
  for (const path of ['', 'create', 'create-several', 'account/@bob:home.test', 'invites', 'activity', 'suspend']) {
    await page.goto(bed.url + path)
    await mode(path)
    t.strictSame(await seriousIssues(page), [], path)
    t.equal(await page.locator('h1').count(), 1, path)
    t.ok(await page.evaluate('document.documentElement.scrollWidth <= innerWidth'), `${path}: nothing sticks out`)
  }
  await page.goto(`${bed.url}account/@bob:home.test`)
  await change(page, 'suspend')
  await mode('a result')
  await page.goto(`${bed.url}nothing`)
  await mode('no page')
  t.equal(await page.title(), 'Not found')
})

t.test('what had no effect, or nothing to do, is said', browserNeeded, async (t) => {
  const bed = await panelBed(t)
  bed.hs.addAccount('bob')
  const page = await (await openBrowser(t)).newPage()
  const verdict = async (name: string, fields: Record<string, string>) => {
    await page.goto(bed.url + name)
    await change(page, name, fields)
    return page.locator('.verdict').textContent()
  }
  await logIn(page, bed.url)
  t.equal(await verdict('create', { user: 'bob' }), 'The command had no effect: the name was taken')
  t.equal(await page.locator('.verdict.bad').count(), 1)
  t.equal(await verdict('unlock', { user: 'bob' }), 'The account was already active')
  t.equal(await page.locator('.verdict.neutral').count(), 1)
  await page.goto(`${bed.url}deactivate`)
  await change(page, 'deactivate', { user: 'admin', retyped: '@admin:home.test' })
  t.match(await page.getByRole('alert').textContent(), /On the command line: add --self if you mean it/)
})
