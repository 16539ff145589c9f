import t from 'tap'
import { anyBed } from '../bed.ts'
import { lastMessages } from './api.ts'

t.test('a long list comes as a file, which needs a login, and is relayed whole', async (t) => {
  const bed = await anyBed(t, { accounts: 3000 })
  const { code, stdout } = await bed.run('list', '--json')
  t.equal(code, 0)
  const { reply = '', room_id = '', event_id } = JSON.parse(stdout) as Record<string, string>
  t.ok(reply.includes(bed.operator.mxid))
  const messages = await lastMessages(bed, room_id)
  const later = messages.slice(
    0,
    messages.findIndex((message) => message.event_id === event_id),
  )
  const url = later.find(({ content }) => content.msgtype === 'm.file')?.content.url
  if (url === undefined) return t.comment('this homeserver has few accounts: the list was no file')
  const [, server = '', id = ''] = /^mxc:\/\/([^/]+)\/(.+)$/.exec(url) ?? []
  const path = `${bed.url}/_matrix/client/v1/media/download/${server}/${id}`
  t.equal((await fetch(path)).status, 401)
  const headers = { authorization: `Bearer ${bed.operator.token}` }
  t.equal(await (await fetch(path, { headers })).text(), reply)
})

t.test('check finds nothing wrong', async (t) => {
  const bed = await anyBed(t)
  const { code, stdout } = await bed.run('check')
  t.equal(code, 0, stdout)
})
