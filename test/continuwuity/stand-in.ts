import { readFileSync } from 'node:fs'
import { startHomeserver } from '../homeserver/index.ts'

/** Reads the configuration that a continuwuity would be given, and prints a first-run token as one would, in colours. */
const config = readFileSync(process.env.CONTINUWUITY_CONFIG ?? '', 'utf8')
const setting = (name: string) => JSON.parse(new RegExp(`^${name} = (.*)$`, 'm').exec(config)?.[1] ?? 'null')
const homeserver = await startHomeserver({
  fresh: true,
  serverName: setting('server_name'),
  port: setting('port'),
  staticToken: setting('registration_token'),
})
console.error(`\u001B[1mReady\u001B[0m at ${homeserver.url}, RocksDB6Compaction, v0.5.0-abcDEF1234567890`)
console.error(`The first account needs \u001B[1;32m${homeserver.consoleToken}\u001B[0m .`)
process.once('SIGTERM', () => homeserver.close().then(() => process.exit(0)))
