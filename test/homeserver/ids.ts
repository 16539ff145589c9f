import { randomBytes, randomInt } from 'node:crypto'

const alphanumeric = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789'

/** Random letters and digits: passwords have 25, registration tokens 16, access tokens and sessions 32, device ids 10. */
export function randomText(length: number): string {
  let text = ''
  for (const byte of randomBytes(length)) text += alphanumeric[byte % alphanumeric.length]
  return text
}

/** What an event id, and in room version 12 a room id too, carries behind its sigil: a hash of 43 characters. */
export function randomHash(): string {
  return randomBytes(32).toString('base64url')
}

export function pick<Item>(items: readonly Item[]): Item {
  return items[randomInt(items.length)] as Item
}
