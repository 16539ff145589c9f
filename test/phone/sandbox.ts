import { execFileSync, spawnSync } from 'node:child_process'
import { join } from 'node:path'

const here = import.meta.dirname
const names = join(here, 'denied-syscalls.txt')

/** Why the sandbox cannot be built here; false if it can. */
export const cannotBuild =
  spawnSync('sh', ['-c', 'echo "#include <seccomp.h>" | gcc -E - -o /dev/null'], { stdio: 'ignore' }).status === 0
    ? false
    : 'needs gcc and libseccomp-dev'

/** Compiles the sandbox into a folder. Gives the words that go before a program. */
export function buildSandbox(folder: string): string[] {
  const sandbox = join(folder, 'sandbox')
  execFileSync('gcc', ['-Wall', '-Werror', '-o', sandbox, join(here, 'sandbox.c'), '-lseccomp'])
  return [sandbox, names]
}
