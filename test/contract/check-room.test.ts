import t from 'tap'
import { simulatedBed } from './bed.ts'
import { failsAt, isWell } from './check-steps.ts'

t.test('not an admin: the line to post makes one', async (t) => {
  const bed = await simulatedBed(t)
  const other = bed.hs.addOperator('carol')
  bed.hs.room.setMember(bed.operator.mxid, 'leave')
  const fix = await failsAt(t, bed, 'server admin', /is not an admin/)
  bed.hs.post(other.mxid, fix.slice(fix.indexOf('!admin')))
  await bed.hs.idle()
  await isWell(t, bed)
})

t.test('not joined and not invited, where the server cannot say who is an admin', async (t) => {
  const bed = await simulatedBed(t)
  bed.hs.faults.stateEndpoint = false
  bed.hs.room.setMember(bed.operator.mxid, 'leave')
  await failsAt(t, bed, 'joined', /neither in the admin room nor invited/)
})

t.test('room not found, and another room in ADMIN_ROOM_ID', async (t) => {
  const bed = await simulatedBed(t)
  const fix = await failsAt(t, bed, 'admin room', /ADMIN_ROOM_ID is !nosuch/, { ADMIN_ROOM_ID: '!nosuch' })
  await isWell(t, bed, { ADMIN_ROOM_ID: /ADMIN_ROOM_ID=(\S+),/.exec(fix)?.[1] })
  bed.hs.faults.aliases = false
  t.match(await failsAt(t, bed, 'admin room', /cannot find the admin room/), /ADMIN_ROOM_ID/)
  await isWell(t, bed, { ADMIN_ROOM_ID: bed.hs.roomId })
})

t.test('room encrypted', async (t) => {
  const bed = await simulatedBed(t)
  bed.hs.encryptRoom()
  await failsAt(t, bed, 'not encrypted', /encrypted/)
})

t.test('wrong prefix', async (t) => {
  const bed = await simulatedBed(t)
  const fix = await failsAt(t, bed, 'bot answers', /"!other"/, { MATRIX_ADMIN_PREFIX: '!other' })
  await isWell(t, bed, { MATRIX_ADMIN_PREFIX: /MATRIX_ADMIN_PREFIX='(.*)'/.exec(fix)?.[1] })
})

t.test('bot silent, and bot busy', async (t) => {
  const bed = await simulatedBed(t)
  bed.hs.faults.botListens = false
  await failsAt(t, bed, 'bot answers', /does not answer/)
  bed.hs.faults.botListens = true
  await isWell(t, bed)
  const busy = await simulatedBed(t)
  busy.hs.faults.onCommand({}, { kind: 'silent' })
  busy.hs.faults.onCommand({}, { kind: 'after', lines: [{ sender: busy.hs.bot }] })
  await failsAt(t, busy, 'bot answers', /busy/)
})
