import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import type { Continuwuity } from './server.ts'

const program = fileURLToPath(new URL('../../dist/matrix-users', import.meta.url))
/** ms in which the server must have printed its first-run token. */
const patience = 15_000

/**
 * Makes the server's first admin with `create-admin` and the one-time token that the server prints on its console. The wording
 * around the token is not read: every word that looks random is tried, since a wrong one is refused and changes nothing.
 * Throws when no word is accepted.
 */
export async function createFirstAdmin(server: Continuwuity, dataDir: string): Promise<void> {
  const tried = new Set<string>()
  let said = ''
  for (const deadline = Date.now() + patience; Date.now() < deadline; ) {
    for (const word of likelyTokens(server.output())) {
      if (tried.has(word)) continue
      tried.add(word)
      const env = { PATH: process.env.PATH ?? '', HOME: dataDir, MATRIX_HS_API: server.url, DATA_DIR: dataDir }
      const { status, stderr } = spawnSync(program, ['create-admin', '--token-file', '-'], {
        input: `${word}\n`,
        encoding: 'utf8',
        env,
      })
      if (status === 0) return
      said = stderr
    }
    await new Promise((resolve) => setTimeout(resolve, 200))
  }
  throw new Error(`create-admin accepted none of ${tried.size} words; it said last:\n${said}\n${server.output()}`)
}

/** Words of letters and digits, 12 to 64 long, that mix small and capital letters, without the colours around them. */
function likelyTokens(output: string): string[] {
  // biome-ignore lint/complexity/useRegexLiterals: a literal would hold the control character itself
  const plain = output.replace(new RegExp('\\u001B\\[[0-9;]*m', 'g'), ' ')
  const words = plain.match(/\b[A-Za-z0-9]{12,64}\b/g) ?? []
  return [...new Set(words)].filter((word) => /[a-z]/.test(word) && /[A-Z0-9]/.test(word.slice(1)))
}
