import { appendFileSync } from 'node:fs'
import type { Page } from 'playwright-core'
import t, { type Test } from 'tap'
import { auditFile } from '../../src/audit/write.ts'
import { type PanelBed, panelBed } from './bed.ts'
import { browserNeeded, change, logIn, openBrowser } from './browser.ts'

const markup =
  '</pre></td></table><img src=x onerror="document.title=1"><script>document.title=1</script>&amp;\u001B[2J\u202E end'
const shown =
  '</pre></td></table><img src=x onerror="document.title=1"><script>document.title=1</script>&amp;\\x1b[2J\\u202e end'

/** Nothing of the markup became an element, and nothing ran. */
async function isHarmless(t: Test, page: Page, at: string): Promise<void> {
  t.equal(await page.locator('img, main script, b').count(), 0, at)
  t.notMatch(await page.title(), /^1$/, at)
  t.notMatch(await page.locator('body').textContent(), /[\u001B\u202E]/, at)
}

async function opened(t: Test, options: Parameters<typeof panelBed>[1] = {}): Promise<{ bed: PanelBed; page: Page }> {
  const bed = await panelBed(t, options)
  const page = await (await openBrowser(t)).newPage()
  await logIn(page, bed.url)
  return { bed, page }
}

t.test('the list: an id, and the server’s own text', browserNeeded, async (t) => {
  const bed = await panelBed(t)
  const page = await (await openBrowser(t)).newPage()
  bed.hs.faults.onCommand({ line: /list/ }, { kind: 'silent' })
  const asked = () => bed.hs.room.events.filter(({ content }) => String(content.body).includes('list-users'))
  const going = logIn(page, bed.url)
  while (asked().length === 0) await new Promise((resolve) => setTimeout(resolve, 5))
  bed.hs.botSays(`${markup}\n@<b>:home.test\n@"onclick=1&lt;:home.test`, asked().at(-1)?.event_id ?? '')
  await going
  t.strictSame(await page.locator('#accounts > :last-child th a').allTextContents(), [
    '@"onclick=1&lt;:home.test',
    '@<b>:home.test',
  ])
  await isHarmless(t, page, 'accounts')
  await page.goto(`${bed.url}server-list`)
  t.match(await page.locator('#server-list').textContent(), shown)
  await isHarmless(t, page, 'server-list')
  await page.goto(`${bed.url}?q=${encodeURIComponent(markup)}`)
  await isHarmless(t, page, 'what was searched for')
})

t.test('an address of the server that no QR code holds', browserNeeded, async (t) => {
  const { bed, page } = await opened(t)
  await page.goto(`${bed.url}invites`)
  await change(page, 'invite')
  bed.hs.publicUrl = `https://x.example/${'a'.repeat(3000)}`
  await page.goto(`${bed.url}invites`)
  await change(page, 'invite-take')
  t.equal(await page.locator('.verdict').textContent(), 'The invite is marked as given')
  t.match(await page.locator('#link').textContent(), /^https:\/\/home\.test\/_continuwuity/)
  t.ok(await page.locator('.qr svg').isVisible())
})

t.test('an audit entry, an invite’s line, the text of an address', browserNeeded, async (t) => {
  const { bed, page } = await opened(t)
  const entry = { ts: markup, user: markup, ip: markup, ua: markup, op: markup, target: `@${markup}`, source: markup }
  for (const action of ['user-op-start', 'user-op-end'])
    appendFileSync(auditFile(bed.dataDir), `${JSON.stringify({ ...entry, action, rc: 0, outcome: markup })}\n`)
  await page.goto(`${bed.url}activity`)
  t.match(await page.locator('.activity tbody').textContent(), shown)
  await isHarmless(t, page, 'activity')
  await page.goto(`${bed.url}activity?${new URLSearchParams({ user: markup, operation: markup })}`)
  await isHarmless(t, page, 'its filter')
  await bed.run('invite', '1')
  appendFileSync(
    `${bed.dataDir}/secrets/invite-tokens.txt`,
    `abcdefgh  # expires 2030-01-01T00:00:00Z ${markup.replaceAll('\n', '')}\n<b>x</b>  # expires <b>\n# ${markup}\n`,
  )
  await page.goto(`${bed.url}invites`)
  t.equal((await page.locator('.invites tbody tr').count()) > 0, true)
  await isHarmless(t, page, 'invites')
  await page.goto(`${bed.url}deactivate?${new URLSearchParams({ user: markup, retyped: markup })}`)
  t.equal(await page.locator('[name="user"]').inputValue(), markup)
  t.equal(await page.locator('img, main script').count(), 0)
})

t.test('a reply in the table of several accounts, and an error of the server', browserNeeded, async (t) => {
  const { bed, page } = await opened(t, { env: { MATRIX_ADMIN_TIMEOUT: '5' } })
  bed.hs.faults.onCommand({ line: /create-user ann/ }, { kind: 'silent' })
  await page.goto(`${bed.url}create-several`)
  const sent = change(page, 'create-several', { users: 'ann' })
  const asked = () => bed.hs.room.events.find(({ content }) => String(content.body).includes('create-user ann'))
  while (asked() === undefined) await new Promise((resolve) => setTimeout(resolve, 5))
  bed.hs.addAccount('ann')
  bed.hs.botSays(markup, asked()?.event_id ?? '')
  await sent
  await page.locator('#after').waitFor()
  t.equal(await page.locator('.created td pre').textContent(), shown)
  t.equal(await page.locator('.verdict').textContent(), 'Created 1 of 1 account')
  await isHarmless(t, page, 'several')
  bed.hs.faults.on(
    { path: /joined_members|suspend|lock/ },
    { kind: 'answer', status: 403, body: { errcode: 'M_FORBIDDEN', error: markup } },
  )
  bed.hs.addAccount('bob')
  await page.goto(`${bed.url}account/@bob:home.test`)
  await isHarmless(t, page, 'account')
})
