import t from 'tap'
import { anyBed, freshName } from '../bed.ts'

t.test('a batch: each reply under its account, in order', async (t) => {
  const bed = await anyBed(t)
  const names = [freshName(), freshName(), freshName()]
  const { code, stdout, stderr } = await bed.run('create', ...names, '--timeout', '60')
  t.equal(code, 0, stderr)
  const order = stdout.split('\n').filter((line) => names.some((name) => line === `@${name}:${bed.serverName}:`))
  t.strictSame(
    order,
    names.map((name) => `@${name}:${bed.serverName}:`),
  )
})
