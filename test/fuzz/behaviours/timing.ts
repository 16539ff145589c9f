import { setTimeout as pause } from 'node:timers/promises'
import type { Random } from '../random.ts'
import { type Behaviour, bytesOf } from './behaviour.ts'

/** The true answer, late, or a little at a time. */
export function late(random: Random): Behaviour {
  const ms = random.pick([1, 5, 20, 50, 100, 200, 400, 800])
  const how = random.pick([
    'done late',
    'answered late',
    'headers, then late',
    'drip',
    'drip of headers',
    'half, then late',
  ] as const)
  return {
    name: `${how}, ${ms} ms`,
    async act(response, carryOut) {
      const wait = () => pause(ms, undefined, { ref: false })
      const early = how === 'done late' ? undefined : carryOut()
      if (how === 'done late' || how === 'answered late') await wait()
      const { status, body } = early ?? carryOut()
      const bytes = bytesOf(body)
      const { socket } = response
      const write = (piece: Buffer | string) => !socket?.destroyed && socket?.write(piece)
      const head = `HTTP/1.1 ${status} OK\r\ncontent-type: application/json\r\ncontent-length: ${bytes.length}\r\n\r\n`
      if (how === 'drip of headers') for (const letter of head) if (write(letter)) await wait()
      if (how !== 'drip of headers') write(head)
      if (how === 'headers, then late') await wait()
      const size = how === 'drip' ? 3 : how === 'half, then late' ? Math.ceil(bytes.length / 2) : bytes.length
      for (let at = 0; at < bytes.length && !socket?.destroyed; at += size) {
        write(bytes.subarray(at, at + size))
        if (how === 'drip' || how === 'half, then late') await wait()
      }
      socket?.end()
    },
  }
}
