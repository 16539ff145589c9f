/**
 * `make playground`: a simulated homeserver on 127.0.0.1:8448 to try the program on, until Ctrl-C.
 * Another port may be given as PORT or as the only argument.
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startHomeserver, writeDataDir } from './homeserver/index.ts'

const port = Number(process.argv[2] ?? process.env.PORT ?? 8448)
const homeserver = await startHomeserver({
  port,
  voice: 'plain',
  people: ['bob', 'carol', 'dave'],
  staticToken: 'playground-token',
}).catch((error) => {
  console.error(`playground: cannot listen on 127.0.0.1:${port} (${error.code ?? error.message})
hint: another program has that port; take another: make playground PORT=18448 (0: any that is free)`)
  process.exit(1)
})
const folder = mkdtempSync(join(tmpdir(), 'matrix-users-playground-'))
const { env } = writeDataDir(homeserver, folder)

console.log(`A simulated homeserver listens on ${homeserver.url}. Paste into another shell:

export MATRIX_HS_API=${env.MATRIX_HS_API}
export DATA_DIR=${env.DATA_DIR}

dist/matrix-users list
dist/matrix-users create alice
dist/matrix-users reset-password alice
dist/matrix-users suspend alice
dist/matrix-users deactivate alice
dist/matrix-users run -- token issue --once
dist/matrix-users audit

The panel, with the same settings; then open the address that it prints:

dist/matrix-users panel set-password --generate
ENABLE_USER_ADMIN=true dist/matrix-users panel

Ctrl-C ends it and removes the folder.`)

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
  process.once(signal, () => {
    rmSync(folder, { recursive: true, force: true })
    void homeserver.close().then(() => process.exit(0))
  })
