import { request } from 'node:http'
import t from 'tap'
import { operationLines, writeLongLog } from '../audit/long-log.ts'
import { ask, logIn, panelBed } from './bed.ts'

t.test('of a long audit log the newest part is shown, while other visitors are answered', async (t) => {
  const bed = await panelBed(t)
  const { cookie } = await logIn(bed.url)
  const [oldest, newest] = [operationLines('@oldest:home.test'), operationLines('@newest:home.test')]
  const count = writeLongLog(bed.dataDir, 200 * 1024 * 1024, oldest, operationLines('@bob:home.test'), newest)
  const order: string[] = []
  const page = await new Promise<string>((resolve, reject) => {
    const reading = request(`${bed.url}activity`, { headers: { cookie }, agent: false }, (response) => {
      let text = ''
      response.setEncoding('utf8').once('data', async () => {
        await ask(`${bed.url}login`).catch(reject)
        order.push('another visitor')
      })
      response.on('data', (chunk) => {
        text += chunk
      })
      response.on('error', reject).on('end', () => {
        order.push('the log')
        resolve(text)
      })
    })
    reading.on('error', reject).end()
  })
  t.equal(order[0], 'another visitor')
  t.match(page, /newest part of the audit log/)
  const shown = Number(/([\d,]+) entries, newest first/.exec(page)?.[1]?.replaceAll(',', ''))
  t.ok(shown > 20_000 && shown < count / 5, `${shown} of ${count}`)
  const rows = [...page.matchAll(/<tr>.*?<\/tr>/gs)].map(([row]) => row)
  t.match(rows[1], /@newest/)
  const account = async (name: string) =>
    (await ask(`${bed.url}account/@${name}:home.test`, { headers: { cookie } })).body
  t.notMatch(await account('newest'), /Nothing is recorded/)
  const old = await account('oldest')
  t.match(old, /Nothing is recorded/)
  t.match(old, /newest part of the audit log/)
})
