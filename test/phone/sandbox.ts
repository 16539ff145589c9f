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
export function buildSandbox(folder: string): [sandbox: string, names: string] {
  return [compile(folder, 'sandbox'), names]
}

/** Compiles the program that makes one system call. */
export function buildProbe(folder: string): string {
  return compile(folder, 'probe')
}

function compile(folder: string, name: string): string {
  const program = join(folder, name)
  execFileSync('gcc', ['-Wall', '-Werror', '-o', program, join(here, `${name}.c`), '-lseccomp'])
  return program
}
