import type { Page } from 'playwright-core'
import t, { type Test } from 'tap'
import { type PanelBed, panelBed, password } from './bed.ts'
import { browserNeeded, change, logIn, openBrowser, seriousIssues } from './browser.ts'

const pages = [
  '',
  'account/@bob:home.test',
  'create',
  'create-several',
  'invites',
  'activity',
  'server-list',
  'deactivate',
]

async function opened(t: Test, options: Parameters<Awaited<ReturnType<typeof openBrowser>>['newPage']>[0] = {}) {
  const bed = await panelBed(t)
  bed.hs.addAccount('bob', { displayName: 'Bob' })
  await bed.run('invite', '2')
  const page = await (await openBrowser(t)).newPage(options)
  await logIn(page, bed.url)
  return { bed, page }
}

t.test(
  'Tab reaches all that can be operated, in the order of the page, and shows where it is',
  browserNeeded,
  async (t) => {
    const { bed, page } = await opened(t)
    for (const path of pages) {
      await page.goto(bed.url + path)
      await page.evaluate('document.activeElement?.blur()')
      const expected = await page.evaluate(
        `[...document.querySelectorAll('a[href], button, input, select, textarea, summary, [tabindex="0"]')]
        .filter((one) => one.type !== 'hidden' && one.checkVisibility() && !one.disabled).length`,
      )
      const seen: { y: number; isFramed: boolean; name: string }[] = []
      for (let step = 0; step < Number(expected); step++) {
        await page.keyboard.press('Tab')
        seen.push(
          await page.evaluate(`(() => {
          const one = document.activeElement
          const isFramed = [one, [one, '::after']].some((at) => {
            const { outlineStyle, outlineWidth } = getComputedStyle(...[at].flat())
            return outlineStyle === 'solid' && parseFloat(outlineWidth) >= 2
          })
          const all = [...document.querySelectorAll('*')]
          return { y: all.indexOf(one), isFramed, name: one.outerHTML.slice(0, 80) }
        })()`),
        )
      }
      t.equal(new Set(seen.map(({ y }) => y)).size, expected, `${path}: each once`)
      t.strictSame(
        seen.map(({ y }) => y),
        [...seen.map(({ y }) => y)].sort((a, b) => a - b),
        `${path}: in order`,
      )
      t.strictSame(
        seen.filter(({ isFramed }) => !isFramed).map(({ name }) => name),
        [],
        `${path}: all with a frame`,
      )
      t.match(seen[0]?.name, /skip/, `${path}: past the navigation at once`)
    }
  },
)

t.test('from the login to a new password, to an invite and to a suspension by keys alone', browserNeeded, async (t) => {
  const bed = await panelBed(t)
  bed.hs.addAccount('bob')
  await bed.run('invite', '1')
  const page = await (await openBrowser(t)).newPage()
  const keys = page.keyboard
  const tabTo = async (name: RegExp) => {
    for (let step = 0; step < 40; step++) {
      await keys.press('Tab')
      const text = await page.evaluate('document.activeElement.textContent.trim() || document.activeElement.name')
      if (name.test(String(text))) return
    }
    throw new Error(`${name} is not reached`)
  }
  const follow = () => Promise.all([page.waitForEvent('load'), keys.press('Enter')])
  const said = () => page.locator('.verdict:focus').textContent()
  await page.goto(`${bed.url}login`)
  await keys.type(password)
  await keys.press('Enter')
  await page.waitForURL(bed.url)
  await tabTo(/^Create account$/)
  await follow()
  await tabTo(/^user$/)
  await keys.type('alice')
  await tabTo(/^password$/)
  await keys.type(password)
  await keys.press('Enter')
  t.equal(await said(), 'Created @alice:home.test', 'the result has the focus, and is read')
  await tabTo(/^Copy password$/)
  await tabTo(/^The server’s reply$/)
  await keys.press('Enter')
  t.ok(await page.locator('#reply').isVisible())
  await tabTo(/^Back to accounts$/)
  await follow()
  await tabTo(/^@bob:home\.test$/)
  await follow()
  await page.locator('.actions').first().waitFor()
  await tabTo(/^Suspend/)
  await keys.press('Enter')
  await page.locator('[name="password"]:focus').waitFor()
  await keys.type('wrong')
  await keys.press('Enter')
  await page.getByRole('alert').waitFor()
  t.equal(
    await page.locator(':focus').getAttribute('aria-describedby'),
    'problem',
    'what to type again has the focus, and says why',
  )
  await keys.type(password)
  await keys.press('Enter')
  t.equal(await said(), 'Suspended @bob:home.test')
  await page.goto(`${bed.url}invites`)
  await tabTo(/^Revoke$/)
  await keys.press('Space')
  await page.locator('.invites [name="password"]:focus').waitFor()
  await keys.type(password)
  await keys.press('Tab')
  await keys.press('Space')
  t.match(await said(), /^Revoked the invite \S{6}…$/)
})

for (const colorScheme of ['light', 'dark'] as const)
  t.test(`axe finds nothing on any page, ${colorScheme}`, browserNeeded, async (t) => {
    const { bed, page } = await opened(t, { colorScheme })
    await eachPage(page, bed, async (at) => t.strictSame(await seriousIssues(page), [], at))
  })

t.test('at 200 % of 1280 by 800, and at 400 %, nothing sticks out and nothing is covered', browserNeeded, async (t) => {
  for (const zoom of [2, 4]) {
    const viewport = { width: 1280 / zoom, height: 800 / zoom }
    const { bed, page } = await opened(t, { viewport, deviceScaleFactor: zoom })
    await eachPage(page, bed, async (at) => {
      t.ok(await page.evaluate('document.documentElement.scrollWidth <= innerWidth'), `${zoom} times: ${at}`)
      t.strictSame(await cut(page), [], `${zoom} times: ${at}`)
    })
  }
})

t.test('on a phone what is touched is 44 pixels high', browserNeeded, async (t) => {
  const { bed, page } = await opened(t, { viewport: { width: 360, height: 740 }, hasTouch: true })
  await eachPage(page, bed, async (at) => {
    const small = await page.evaluate(`[...document.querySelectorAll('a, button, input, select, textarea, summary')]
      .filter((one) => one.type !== 'hidden' && one.checkVisibility() && !one.matches('.skip, td a'))
      .map((one) => [one.outerHTML.slice(0, 60), one.matches('th a') ? one.closest('tr') : one])
      .map(([name, one]) => [name, Math.round(one.getBoundingClientRect().height)])
      .filter(([, height]) => height < 44)`)
    t.strictSame(small, [], at)
  })
})

/** Every page, with what opens opened, and the results of changes. */
async function eachPage(page: Page, bed: PanelBed, look: (at: string) => Promise<unknown>): Promise<void> {
  for (const path of pages) {
    await page.goto(bed.url + path)
    await look(path)
    for (const summary of await page.locator('summary').all()) await summary.click()
    await look(`${path}, opened`)
  }
  await page.goto(`${bed.url}account/@bob:home.test`)
  await change(page, 'lock')
  await look('a result')
  await page.goto(`${bed.url}create`)
  await change(page, 'create', { user: 'alice' })
  await look('a password')
  await page.goto(`${bed.url}create-several`)
  await change(page, 'create-several', { users: 'ann\nbob' })
  await page.locator('#after').waitFor()
  await look('several')
  await page.goto(`${bed.url}invites`)
  await change(page, 'invite-take')
  await look('an invite')
  await page.goto(`${bed.url}nothing`)
  await look('no page')
}

/** Texts that are wider than the place they are in. */
function cut(page: Page): Promise<unknown> {
  return page.evaluate(`[...document.querySelectorAll('main *')]
    .filter((one) => one.checkVisibility() && getComputedStyle(one).overflowX === 'hidden' && one.scrollWidth > one.clientWidth + 1)
    .filter((one) => !one.closest('thead'))
    .map((one) => one.outerHTML.slice(0, 80))`)
}
