import { join } from 'node:path'
import { injectBlob } from '../../build/executable.ts'
import { programBlob } from '../../build/package.ts'

/** `pack.ts BASE FOLDER`: the program from source as an executable on another base than pkg's. */
const [, , base = '', folder = ''] = process.argv
await injectBlob(base, await programBlob(folder), join(folder, 'matrix-users'))
