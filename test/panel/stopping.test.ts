import { once } from 'node:events'
import t from 'tap'
import { logIn, panelBed } from './bed.ts'

t.setTimeout(120_000)

t.test(
  'SIGTERM: a command that does not end in 40 s is interrupted, said and logged',
  { timeout: 120_000 },
  async (t) => {
    const bed = await panelBed(t, { env: { MATRIX_ADMIN_TIMEOUT: '300' } })
    const login = await logIn(bed.url)
    bed.hs.faults.onCommand({ line: /create/ }, { kind: 'silent' })
    const sent = login.send('create', { user: 'alice' })
    const asked = () => bed.hs.room.events.some(({ content }) => String(content.body).includes('create-user alice'))
    while (!asked()) await new Promise((resolve) => setTimeout(resolve, 5))
    bed.process.kill('SIGTERM')
    const ended = once(bed.process, 'exit')
    t.match((await sent).body, /The panel was stopped before the command ended: it may still be carried out/)
    t.equal((await ended)[0], 0)
    t.match(bed.audit().at(-1), { action: 'user-op-end', op: 'create', rc: 130 })
  },
)
