import { join } from 'node:path'
import { packOnto } from '../../build/executable.ts'
import { makeProgram } from '../../build/package.ts'

/** `pack.ts BASE FOLDER`: the program from source as an executable on another base than pkg's. */
const [, , base = '', folder = ''] = process.argv
await packOnto(base, await makeProgram(folder), join(folder, 'matrix-users'))
