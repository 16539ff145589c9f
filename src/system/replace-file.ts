import {
  closeSync,
  existsSync,
  fstatSync,
  fsyncSync,
  ftruncateSync,
  openSync,
  readFileSync,
  readSync,
  renameSync,
  unlinkSync,
  writeSync,
} from 'node:fs'

const newline = 10
const privateMode = 0o600

/**
 * The file's text; undefined where there is none. After a crash in the middle of `replaceFile` the old or the new text,
 * whichever is whole. Throws what the file system says.
 */
export function readFileRecovering(path: string): string | undefined {
  const [main, fresh, old] = [path, `${path}.new`, `${path}.bak`]
  // The old one is moved aside only after the new one is safely on the disk.
  for (const file of existsSync(main) || !existsSync(old) ? [main] : [fresh, old, main]) {
    try {
      return readFileSync(file, 'utf8')
    } catch (error) {
      if (codeOf(error) !== 'ENOENT') throw error
    }
  }
  return undefined
}

/**
 * Replaces a file (mode 0600) so that a crash at any moment leaves the old or the new text. Where a rename over an existing
 * name is refused, as on the cards of phones, the old file is moved aside first. Throws what the file system says.
 */
export function replaceFile(path: string, text: string): void {
  const [fresh, old] = [`${path}.new`, `${path}.bak`]
  restoreFile(path)
  try {
    const descriptor = openSync(fresh, 'w', privateMode)
    try {
      writeWhole(descriptor, text)
    } finally {
      closeSync(descriptor)
    }
    moveOver(fresh, path, old)
  } catch (error) {
    if (existsSync(path)) remove(fresh)
    throw error
  }
}

/** Appends one line (without its newline) and makes it safe; after a line that a crash left torn, on one of its own. Appends all or nothing. */
export function appendLine(path: string, line: string): void {
  restoreFile(path)
  const descriptor = openSync(path, 'a+', privateMode)
  const { size } = fstatSync(descriptor)
  try {
    writeWhole(descriptor, `${endsTorn(descriptor, size) ? '\n' : ''}${line}\n`)
  } catch (error) {
    ftruncateSync(descriptor, size)
    throw error
  } finally {
    closeSync(descriptor)
  }
}

/** Whether the last line of an open file lacks its newline. */
export function endsTorn(descriptor: number, size: number): boolean {
  const last = Buffer.alloc(1)
  return size > 0 && readSync(descriptor, last, 0, 1, size - 1) === 1 && last[0] !== newline
}

/** Removes a file that may be gone already. */
export function remove(path: string): void {
  try {
    unlinkSync(path)
  } catch (error) {
    if (codeOf(error) !== 'ENOENT') throw error
  }
}

function moveOver(fresh: string, path: string, old: string): void {
  try {
    renameSync(fresh, path)
  } catch (error) {
    if (!/^(EEXIST|EPERM|EACCES|ENOTSUP|EINVAL)$/.test(codeOf(error)) || !existsSync(path)) throw error
    remove(old)
    renameSync(path, old)
    renameSync(fresh, path)
  }
  remove(old)
}

/** Ends what a crash in the middle of `replaceFile` left half done. */
export function restoreFile(path: string): void {
  const text = existsSync(path) ? undefined : readFileRecovering(path)
  if (text === undefined) return
  renameSync(existsSync(`${path}.new`) ? `${path}.new` : `${path}.bak`, path)
}

function writeWhole(descriptor: number, text: string): void {
  const data = Buffer.from(text)
  for (let offset = 0; offset < data.length; ) offset += writeSync(descriptor, data, offset)
  try {
    fsyncSync(descriptor)
  } catch (error) {
    // The cards of phones cannot do it; a failing or a full disk is another matter.
    if (!/^(EINVAL|ENOTSUP|EOPNOTSUPP|ENOSYS)$/.test(codeOf(error))) throw error
  }
}

function codeOf(error: unknown): string {
  return (error as NodeJS.ErrnoException).code ?? ''
}
