import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync } from 'node:fs'
import type { RequestListener } from 'node:http'
import { createServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import type { Test } from 'tap'
import { command, type Result, runBinary } from '../contract/binary.ts'
import { atTerminal, type Seen } from '../contract/terminal.ts'
import { type Homeserver, type HomeserverOptions, startHomeserver } from '../homeserver/index.ts'

/** Somebody with an admin account and a home where nothing was set up yet. */
export interface LoginBed {
  hs: Homeserver
  home: string
  credentialsFile: string
  profileFile: string
  /** At a terminal; the answers to the questions that hold these words. `under`: the words of a program that runs it. */
  login(answers: [string, string][], args?: string[], env?: Record<string, string>, under?: string[]): Promise<Seen>
  /** With a token on stdin. */
  withToken(token: string, args?: string[], env?: Record<string, string>): Promise<Result>
  run(...args: string[]): Promise<Result>
  value(key: string, file?: string): string | undefined
}

export async function loginBed(t: Test, options: HomeserverOptions = {}): Promise<LoginBed> {
  const hs = await startHomeserver(options)
  t.teardown(() => hs.close())
  const home = `${t.testdir()}/home`
  mkdirSync(home)
  const credentialsFile = `${home}/.local/share/matrix-users/secrets/admin-credentials.env`
  return {
    hs,
    home,
    credentialsFile,
    profileFile: `${home}/.config/matrix-users/default.env`,
    login: (answers, args = [], env = {}, under = []) =>
      atTerminal([...under, ...command, 'login', ...args], { HOME: home, ...env }, answers),
    withToken: (token, args = [hs.url], env = {}) =>
      runBinary(['login', ...args, '--with-token'], { env: { HOME: home, ...env }, input: `${token}\n` }),
    run: (...args) => runBinary(args, { env: { HOME: home } }),
    value(key, file = credentialsFile) {
      if (!existsSync(file)) return undefined
      return new RegExp(`^${key}='?([^'\n]*)'?$`, 'm').exec(readFileSync(file, 'utf8'))?.[1]
    },
  }
}

/** All files below a folder with their modes and texts. */
export function filesBelow(folder: string): { file: string; mode: number; text: string }[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => `${entry.parentPath}/${entry.name}`)
    .map((file) => ({
      file: file.slice(folder.length + 1),
      mode: statSync(file).mode & 0o777,
      text: readFileSync(file, 'utf8'),
    }))
}

/** A web site on https://127.0.0.1, and the environment in which its certificate is trusted. */
export async function startSite(
  t: Test,
  listener: RequestListener,
): Promise<{ name: string; env: Record<string, string> }> {
  const folder = `${t.testdirName}/tls`
  mkdirSync(folder, { recursive: true })
  const [key, certificate] = [`${folder}/key.pem`, `${folder}/certificate.pem`]
  const subject = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost,IP:127.0.0.1']
  const made = ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '2', '-keyout', key, '-out', certificate]
  execFileSync('openssl', [...made, ...subject], { stdio: 'ignore' })
  const server = createServer({ key: readFileSync(key), cert: readFileSync(certificate) }, listener)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  t.teardown(
    () =>
      new Promise((resolve) => {
        server.close(resolve)
        server.closeAllConnections()
      }),
  )
  const { port } = server.address() as AddressInfo
  return { name: `127.0.0.1:${port}`, env: { NODE_EXTRA_CA_CERTS: certificate } }
}
