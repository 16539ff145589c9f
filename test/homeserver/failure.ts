/** A request that the server refuses: HTTP status and errcode. The sentence for it is made up when it is answered. */
export class Failure extends Error {
  readonly status: number
  readonly errcode: string
  /** Fields beside errcode and error. */
  readonly fields: Record<string, unknown>

  constructor(status: number, errcode: string, fields: Record<string, unknown> = {}) {
    super(`${status} ${errcode}`)
    this.status = status
    this.errcode = errcode
    this.fields = fields
  }
}
