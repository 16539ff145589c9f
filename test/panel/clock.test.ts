import t from 'tap'
import { Guesses, loopback } from '../../src/panel/guard/guesses.ts'
import { Logins } from '../../src/panel/guard/logins.ts'

const [second, minute, hour] = [1000, 60_000, 3_600_000]
const start = Date.UTC(2026, 10, 26)

t.test('a lock-out is twice as long each time, up to a quarter of an hour', (t) => {
  let now = start
  const guesses = new Guesses(() => now)
  const asker = { kind: 'address', id: loopback } as const
  for (let count = 1; count < 5; count++) t.strictSame(guesses.wrong(asker), [], `wrong password ${count}`)
  for (const seconds of [10, 20, 40, 80, 160, 320, 640, 900, 900, 900]) {
    t.strictSame(guesses.wrong(asker), [{ whom: 'address', ms: seconds * second }])
    now += seconds * second - 1
    t.equal(guesses.waitOf(asker), 1, `until ${seconds} s are over`)
    now += 1
    t.equal(guesses.waitOf(asker), 0)
  }
  now += 24 * hour + 1
  t.strictSame(guesses.wrong(asker), [], 'a day without a wrong password, and the earlier ones are forgotten')
  guesses.wrong(asker)
  guesses.right(asker)
  for (let count = 1; count < 5; count++) t.strictSame(guesses.wrong(asker), [], 'as they are after the right one')
  t.equal(guesses.wrong(asker).length, 1)
  t.end()
})

t.test('a hundred thousand addresses have few guesses a day', (t) => {
  let now = start
  const guesses = new Guesses(() => now)
  let checked = 0
  for (let step = 0; step < 24 * 60 * 60; step += 1) {
    const asker = { kind: 'address', id: `network ${step}` } as const
    now += second
    if (guesses.waitOf(asker) > 0) continue
    guesses.wrong(asker)
    checked += 1
  }
  t.ok(checked < 160, `${checked}`)
  for (const asker of [
    { kind: 'address', id: loopback },
    { kind: 'device', id: 'one' },
    { kind: 'login', id: 'one' },
  ] as const)
    t.ok(guesses.waitOf(asker) <= 0, `${asker.kind} ${asker.id}`)
  t.end()
})

t.test('somebody who then knows the password has not guessed', (t) => {
  const guesses = new Guesses(() => start)
  for (let number = 0; number < 200; number++) {
    const asker = { kind: 'address', id: `network ${number}` } as const
    for (let count = 0; count < 4; count++) t.strictSame(guesses.wrong(asker), [])
    guesses.right(asker)
  }
  t.end()
})

t.test('a login ends after twelve hours, however busy, and when it was idle for long', (t) => {
  let now = start
  const logins = new Logins(15 * minute, () => now)
  const id = logins.open('hash')
  for (; now <= start + 12 * hour; now += 10 * minute) t.ok(logins.find(id, 'hash'), new Date(now).toISOString())
  now = start + 12 * hour + 1
  t.equal(logins.find(id, 'hash'), undefined)
  now = start
  t.equal(logins.find(id, 'hash'), undefined, 'it does not come back')
  const idle = logins.open('hash')
  now += 15 * minute
  t.ok(logins.find(idle, 'hash'))
  now += 15 * minute + 1
  t.equal(logins.find(idle, 'hash'), undefined)
  t.end()
})
