import type { Page } from 'playwright-core'
import t from 'tap'
import { panelBed, password } from './bed.ts'
import { act, browserNeeded, logIn, openBrowser, seriousIssues } from './browser.ts'

const focused = (page: Page) => page.locator('input:focus').getAttribute('name')

for (const javaScriptEnabled of [true, false])
  t.test(`a form that was refused, ${javaScriptEnabled ? 'with' : 'without'} JavaScript`, browserNeeded, async (t) => {
    const bed = await panelBed(t)
    bed.hs.addAccount('bob')
    const page = await (await openBrowser(t)).newPage({ javaScriptEnabled })
    await logIn(page, bed.url)
    const values = () =>
      Promise.all(['user', 'retyped', 'password'].map((name) => page.locator(`[name="${name}"]`).inputValue()))
    const again = async (fields: Record<string, string>) => {
      for (const [name, value] of Object.entries(fields)) await page.locator(`[name="${name}"]`).fill(value)
      await page.locator('.card button').click()
      await page.getByRole('link', { name: 'Back to the users' }).waitFor()
    }

    await act(page, 'deactivate', { user: 'bob', retyped: '@bob:home.tes', password: 'wrong' })
    t.match(await page.getByRole('alert').textContent(), /the password is wrong: nothing was done/)
    t.strictSame(await values(), ['bob', '@bob:home.tes', ''])
    t.equal(await focused(page), 'password')
    await again({ password })
    t.match(await page.getByRole('alert').textContent(), /retyped/)
    t.strictSame(await values(), ['bob', '@bob:home.tes', ''])
    t.equal(await focused(page), 'retyped')
    if (javaScriptEnabled) t.strictSame(await seriousIssues(page), [])
    await again({ user: 'Bob!', password })
    t.equal(await focused(page), 'user', 'a name that is none')
    await again({ user: 'bob', retyped: '@bob:home.test', password })
    t.equal(await page.locator('.done').textContent(), "Done: the account's state shows it.")
    t.equal(await page.locator('form').count(), 0, 'what was done is not offered again')
  })

t.test('every page is laid out by the standard', browserNeeded, async (t) => {
  const bed = await panelBed(t)
  bed.hs.addAccount('bob')
  const page = await (await openBrowser(t)).newPage()
  const mode = async (name: string) => t.equal(await page.evaluate('document.compatMode'), 'CSS1Compat', name)
  await page.goto(`${bed.url}login`)
  await mode('login')
  await page.getByLabel('Password of this page').fill('wrong')
  await page.getByRole('button', { name: 'Log in' }).click()
  await mode('a wrong password')
  await logIn(page, bed.url)
  await mode('the users')
  await act(page, 'suspend', { user: 'bob' })
  await mode('a result')
  await page.goto(`${bed.url}suspend`)
  await mode('a form')
  await page.goto(`${bed.url}nothing`)
  await mode('no page')
  t.equal(await page.title(), 'Not found')
  t.equal(await page.getByRole('heading').textContent(), 'Not found')
})

t.test('what is told of a result is told once', browserNeeded, async (t) => {
  const bed = await panelBed(t)
  bed.hs.addAccount('bob')
  const page = await (await openBrowser(t)).newPage()
  const outcome = async (name: string, fields: Record<string, string>) => {
    await page.goto(bed.url)
    await act(page, name, fields)
    return page.locator('.outcome').textContent()
  }
  await logIn(page, bed.url)
  t.equal(await outcome('create', { user: 'bob' }), 'the command had no effect: the name was taken')
  t.equal(await outcome('unlock', { user: 'bob' }), 'the account was active already')
  t.match(
    await outcome('deactivate', { user: 'bob', retyped: '@bob:home.test' }),
    /^Done: the account's state shows it\.The server also said\S/,
  )
  const self = { user: 'admin', retyped: '@admin:home.test' }
  t.match(await outcome('deactivate', self), /On the command line: add --self if you mean it/)
})

t.test('copying and filtering are told', browserNeeded, async (t) => {
  const bed = await panelBed(t)
  const page = await (await openBrowser(t)).newPage({ permissions: ['clipboard-read', 'clipboard-write'] })
  await logIn(page, bed.url)
  const filter = page.getByLabel('Show lines that contain')
  const told = page.locator('.filter').getByRole('status')
  await filter.fill('nobody like that')
  t.equal(await told.textContent(), 'No line contains that')
  t.notOk(await page.locator('#accounts-list').isVisible(), 'and no empty box is shown')
  await filter.fill('@admin')
  t.equal(await told.textContent(), '1 line contains that')
  await act(page, 'invite', { count: '1' })
  await page.goBack()
  await act(page, 'invite-take')
  for (const [name, id] of [
    ['Copy the message', 'message'],
    ['Copy the link', 'token'],
  ] as const) {
    const button = page.getByRole('button', { name, exact: true })
    await button.click()
    const said = page.locator('.copy', { has: button }).getByRole('status')
    await said.filter({ hasText: /^Copied$/ }).waitFor()
    t.equal(await page.evaluate('navigator.clipboard.readText()'), await page.locator(`#${id}`).textContent())
    await page.evaluate('navigator.clipboard.writeText = () => Promise.reject(new Error("no"))')
    await button.click()
    await said.filter({ hasText: 'Not copied: select the text' }).waitFor()
    await page.evaluate('delete navigator.clipboard.writeText')
  }
  t.match(await page.locator('#token').textContent(), /^https?:\/\/.*flow=trusted/, 'the server has a page')
  t.strictSame(await seriousIssues(page), [])
})
