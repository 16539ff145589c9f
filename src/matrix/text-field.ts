import { ForeignResponseError } from './matrix-errors.ts'

/** Characters of an access token at most; ids are shorter. */
const wordLimit = 4096

/** An id or a token of an answer: printable and without blanks, so that it cannot forge a line. Throws ForeignResponseError. */
export function textField(value: unknown, method: string, path: string): string {
  if (typeof value === 'string' && value.length <= wordLimit && /^[^\s\p{C}]+$/u.test(value)) return value
  throw new ForeignResponseError({ method, path: `/${path}` }, 200, 'a field is missing or malformed')
}
