import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'

const count = 99
const rounds = 3

/** What a shell script does for each invite: make up a token, ask Synapse's API for it, read the answer. */
const shellLoop = `
for i in $(seq ${count}); do
  token=$(openssl rand -hex 12)
  curl -sS -X POST -H "Authorization: Bearer $TOKEN" -H 'Content-Type: application/json' \\
    -d "{\\"token\\":\\"$token\\",\\"uses_allowed\\":1}" "$MATRIX_HS_API/_synapse/admin/v1/registration_tokens/new" | jq -r .token
done`

type Environment = Record<string, string>

/** Seconds for 99 invites, least of three: ours by the admin room and by Synapse's API, and a shell loop by that API. */
export function invitesTable(
  binary: string,
  room: Environment,
  synapse: Environment,
): Record<string, { seconds: string }> {
  const credentials = readFileSync(`${synapse.DATA_DIR}/secrets/admin-credentials.env`, 'utf8')
  const token = /^ADMIN_TOKEN=(.*)$/m.exec(credentials)?.[1] ?? ''
  const rows: [string, string[], Environment][] = [
    [`invite ${count}, by the admin room`, [binary, 'invite', String(count)], room],
    [`invite ${count}, by Synapse's API`, [binary, 'invite', String(count)], synapse],
    [`${count} times curl, jq, openssl`, ['sh', '-c', shellLoop], { ...synapse, TOKEN: token }],
  ]
  return Object.fromEntries(rows.map(([name, argv, env]) => [name, { seconds: least(argv, env).toFixed(2) }]))
}

function least(argv: string[], env: Environment): number {
  const times = Array.from({ length: rounds }, () => {
    const start = process.hrtime.bigint()
    const { status } = spawnSync(argv[0] ?? '', argv.slice(1), {
      env: { PATH: '/usr/bin:/bin', HOME: '/nonexistent', ...env },
    })
    if (status !== 0) throw new Error(`${argv[0]} ended with ${status}`)
    return Number(process.hrtime.bigint() - start) / 1e9
  })
  return Math.min(...times)
}
