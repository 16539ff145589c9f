import { randomBytes, scrypt, timingSafeEqual } from 'node:crypto'
import { SetupError } from '../errors.ts'
import { isWritableByOthers } from '../system/modes.ts'
import { readFileRecovering } from '../system/replace-file.ts'

/** Where the hash of the panel's password is; another panel reads and writes the same file. */
export function passwordFile(dataDir: string): string {
  return `${dataDir}/secrets/adminweb-password.hash`
}

/**
 * `salthex:hashhex`; undefined where there is no password. `userId`: who we are. Throws SetupError where another user can
 * write the file, since that user could set a password; else as `openThere` does.
 */
export function readPasswordHash(dataDir: string, userId?: number): string | undefined {
  const file = passwordFile(dataDir)
  const hash = readFileRecovering(file, userId)?.trim() || undefined
  if (hash !== undefined && isWritableByOthers(file))
    throw new SetupError(`others can change the panel password: ${file}`, { hint: `chmod 600 ${file}` })
  return hash
}

/** A new hash of a password: scrypt, N=2^14, r=8, p=1, 32 bytes, with a new salt of 16. */
export async function hashPassword(password: string): Promise<string> {
  const salt = randomBytes(16)
  return `${salt.toString('hex')}:${(await derive(password, salt)).toString('hex')}`
}

/** Whether a password is the one of a hash. Takes the same time for every password; a malformed hash matches none. */
export async function isPassword(password: string, hash: string): Promise<boolean> {
  const [, salt = '', expected = ''] = /^((?:[0-9a-f]{2}){8,64}):([0-9a-f]{64})$/i.exec(hash) ?? []
  const derived = await derive(password, Buffer.from(salt, 'hex'))
  return expected !== '' && timingSafeEqual(derived, Buffer.from(expected, 'hex'))
}

function derive(password: string, salt: Buffer): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    scrypt(password, salt, 32, { N: 2 ** 14, r: 8, p: 1 }, (error, key) => (error ? reject(error) : resolve(key)))
  })
}
