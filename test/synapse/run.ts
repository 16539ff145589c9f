import { join } from 'node:path'
import { startSynapseBed } from './bed.ts'
import { temporaryFolder } from './child.ts'
import { writeDataDir } from './data-dir.ts'
import { runSuite, suiteFiles } from './suite.ts'

/**
 * Runs the contract suite, or the files named, on a real Synapse. Each file has an operator of its own, because Synapse
 * lets an account send ten messages and then one in five seconds, and a few files run at once, because most of that is waiting.
 */
const atOnce = 4
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(130))

/** Enough accounts, with a limit this low, for a list that is a file. */
const accounts = 60
const fileLimit = 2000

const begun = Date.now()
const bed = await startSynapseBed({ fileLimit })
console.log(`Synapse answers after ${((Date.now() - begun) / 1000).toFixed(1)} s`)
const folder = temporaryFolder('operators')
let operators = 0
try {
  for (let number = 0; number < accounts; number++) await bed.addAccount(`account-of-the-list-${number}`)
  const { passed, failed } = await runSuite(suiteFiles(process.argv.slice(2)), atOnce, async () => {
    operators += 1
    // Only invited: the program has to join.
    const operator = await bed.addOperator(`operator${operators}`, { joined: false })
    const { dataDir } = writeDataDir(bed, join(folder.path, operator.localpart), operator)
    return { MATRIX_TEST_HS_API: bed.url, MATRIX_TEST_DATA_DIR: dataDir }
  })
  process.exitCode = failed === 0 && passed > 0 ? 0 : 1
  if (process.exitCode !== 0) console.log(`Synapse's log:\n${bed.log().slice(-4000)}`)
} finally {
  await bed.close()
  folder.remove()
}
