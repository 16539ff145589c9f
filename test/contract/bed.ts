import { existsSync, readFileSync } from 'node:fs'
import type { Test } from 'tap'
import { parseAssignments } from '../../src/config/assignments.ts'
import { type Homeserver, type HomeserverOptions, startHomeserver, writeDataDir } from '../homeserver/index.ts'
import { type Result, type RunOptions, runBinary } from './binary.ts'
import { assertNoLeak } from './leaks.ts'

const given = { api: process.env.MATRIX_TEST_HS_API, dataDir: process.env.MATRIX_TEST_DATA_DIR }

export interface Executed extends Result {
  args: readonly string[]
}

/** A homeserver, an operator's data directory, and the program to run against them. */
export interface Bed {
  url: string
  dataDir: string
  credentialsFile: string
  env: Record<string, string>
  operator: { mxid: string; token: string; password: string }
  serverName: string
  run(...args: string[]): Promise<Executed>
  runWith(options: RunOptions, ...args: string[]): Promise<Executed>
  /** The audit log's lines. */
  audit(): Record<string, unknown>[]
}

export type SimulatedBed = Bed & { hs: Homeserver }

/** A bed on the simulated homeserver; at the end of the test nothing secret may have leaked from any run. */
export async function simulatedBed(
  t: Test,
  options: HomeserverOptions = {},
  folder: string = t.testdir(),
): Promise<SimulatedBed> {
  const hs = await startHomeserver(options)
  const { dataDir, credentialsFile, env } = writeDataDir(hs, folder)
  const runs: Executed[] = []
  const bed = { ...makeBed(hs.url, dataDir, credentialsFile, env, runs), hs }
  t.teardown(async () => {
    await hs.close()
    assertNoLeak(bed, runs)
  })
  return bed
}

/** A bed on the homeserver that the suite runs against; without one on a simulated homeserver with these options. */
export async function anyBed(t: Test, options: HomeserverOptions = {}): Promise<Bed> {
  if (given.api === undefined || given.dataDir === undefined) return simulatedBed(t, options)
  const { api, dataDir } = given
  const file = `${dataDir}/secrets/admin-credentials.env`
  return makeBed(api, dataDir, file, { MATRIX_HS_API: api, DATA_DIR: dataDir }, [])
}

function makeBed(url: string, dataDir: string, file: string, env: Record<string, string>, runs: Executed[]): Bed {
  const values = existsSync(file) ? readValues(file) : {}
  const runWith = async (options: RunOptions, ...args: string[]) => {
    const result = { args, ...(await runBinary(args, { ...options, env: { ...env, ...options.env } })) }
    runs.push(result)
    return result
  }
  return {
    url,
    dataDir,
    credentialsFile: file,
    env,
    operator: { mxid: values.ADMIN_MXID ?? '', token: values.ADMIN_TOKEN ?? '', password: values.ADMIN_PASS ?? '' },
    serverName: values.SERVER_NAME ?? '',
    run: (...args) => runWith({}, ...args),
    runWith,
    audit() {
      const log = `${dataDir}/logs/admin-audit.log`
      if (!existsSync(log)) return []
      return readFileSync(log, 'utf8')
        .trimEnd()
        .split('\n')
        .map((line) => JSON.parse(line))
    },
  }
}

function readValues(file: string): Record<string, string> {
  const lines = parseAssignments(readFileSync(file, 'utf8'))
  return Object.fromEntries(lines.flatMap((line) => ('parts' in line ? [[line.name, line.parts.join('')]] : [])))
}

let names = 0
/** A localpart that no other test uses, on a homeserver that several runs share as well. */
export function freshName(): string {
  names += 1
  return `t${process.pid.toString(36)}${Date.now().toString(36)}${names}`
}
