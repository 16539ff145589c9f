import { randomText } from './ids.ts'

export interface StoredFile {
  filename: string
  contentType: string
  bytes: Buffer
}

/** Uploaded files by media id. */
export class Media {
  readonly files = new Map<string, StoredFile>()

  /** Keeps a file and gives its media id, the last part of an mxc URL. */
  store(file: StoredFile): string {
    const id = randomText(32)
    this.files.set(id, file)
    return id
  }
}
