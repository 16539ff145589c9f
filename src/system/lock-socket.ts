import { closeSync, constants, existsSync, lstatSync, openSync } from 'node:fs'
import { connect, createServer, type Server } from 'node:net'
import { SetupError } from '../errors.ts'
import { codeOf } from './open-file.ts'

const { O_RDONLY, O_DIRECTORY = 0, O_NOFOLLOW = 0 } = constants

/** The file system, or a policy, does not allow sockets. */
export class NoSocketsError extends Error {}

/** Opens a folder itself, not one that a link leads to. */
export function openFolder(path: string): number {
  return openSync(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW)
}

/** The address of a socket in an open folder: short enough whatever the path (108 bytes, unix(7)), and in this very folder. */
export function addressIn(descriptor: number, folder: string, name: string): string {
  return existsSync('/proc/self/fd') ? `/proc/self/fd/${descriptor}/${name}` : `${folder}/${name}`
}

/** A server that listens there as long as its process lives. Throws NoSocketsError, or what the file system says. */
export function listenIn(descriptor: number, folder: string, name: string): Promise<Server> {
  return new Promise((resolve, reject) => {
    const server = createServer((socket) => socket.destroy())
    server.once('error', (error) =>
      reject(/^(EPERM|EACCES|EOPNOTSUPP|ENOTSUP|EINVAL|ENOSYS)$/.test(codeOf(error)) ? new NoSocketsError() : error),
    )
    server.listen(addressIn(descriptor, folder, name), () => resolve(server))
  })
}

/** Whether the owner of a socket lives; `alive` also where that cannot be found out. Throws SetupError for what is not a socket. */
export async function probe(folder: string, name: string): Promise<'alive' | 'dead' | 'gone'> {
  let descriptor: number
  try {
    descriptor = openFolder(folder)
  } catch (error) {
    return codeOf(error) === 'ENOENT' ? 'gone' : 'alive'
  }
  try {
    const address = addressIn(descriptor, folder, name)
    const there = lstatSync(address, { throwIfNoEntry: false })
    if (there === undefined) return 'gone'
    if (!there.isSocket()) throw inTheWay(`${folder}/${name}`)
    const code = await connectTo(address)
    return code === 'ECONNREFUSED' ? 'dead' : code === 'ENOENT' ? 'gone' : 'alive'
  } finally {
    closeSync(descriptor)
  }
}

/** The code with which connecting failed; undefined where it did not. */
function connectTo(address: string): Promise<string | undefined> {
  return new Promise((resolve) => {
    const socket = connect(address)
    socket.once('error', (error) => resolve(codeOf(error)))
    socket.once('connect', () => {
      socket.destroy()
      resolve(undefined)
    })
  })
}

/** Something else has the name of a lock. */
export function inTheWay(path: string): SetupError {
  return new SetupError(`${path} is not a lock of matrix-users`, { hint: 'move it away' })
}
