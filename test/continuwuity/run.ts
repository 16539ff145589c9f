import { existsSync } from 'node:fs'
import { resolve } from 'node:path'
import { temporaryFolder } from '../synapse/child.ts'
import { runSuite, suiteFiles } from '../synapse/suite.ts'
import { createFirstAdmin } from './first-admin.ts'
import { startContinuwuity } from './server.ts'

/**
 * Runs the contract suite, or the files named, on the continuwuity that BIN names. Its bot, its wording and its limits are
 * real then. Untested on a real one: tried on the stand-in beside this file only, which is our simulated homeserver.
 */
const binary = process.env.BIN ?? ''
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(130))

if (binary === '') console.log('SKIPPED: no continuwuity binary (BIN=path/to/conduwuit)')
else if (!existsSync(binary)) {
  // A path that was given and is wrong is a mistake, and no reason to skip.
  console.error(`no such file: BIN=${binary}`)
  process.exitCode = 2
} else await main()

async function main(): Promise<void> {
  const server = await startContinuwuity(resolve(binary))
  const folder = temporaryFolder('operator')
  try {
    await createFirstAdmin(server, folder.path)
    // One operator serves all files: nothing limits its messages, and the server executes in room order anyway.
    const env = { MATRIX_TEST_HS_API: server.url, MATRIX_TEST_DATA_DIR: folder.path }
    const { passed, failed } = await runSuite(suiteFiles(process.argv.slice(2)), 2, async () => env)
    process.exitCode = failed === 0 && passed > 0 ? 0 : 1
  } finally {
    await server.stop()
    folder.remove()
  }
}
