import { SetupError } from '../errors.ts'
import { quote } from '../system/foreign-text.ts'

/** A path below the homeserver's base, percent-encoded, without a leading slash. Only `path` makes one. */
export type ApiPath = string & { readonly [made]: true }
declare const made: unique symbol

/**
 * The path of an endpoint, with each value as one segment of it: path`_matrix/client/v3/rooms/${roomId}/messages`.
 * Throws SetupError for `.`, `..` and an empty value: encoded or not, a URL
 * resolves dot segments (URL Standard, "double-dot URL path segment"), so the request would reach another endpoint.
 */
export function path(parts: TemplateStringsArray, ...values: readonly string[]): ApiPath {
  return parts.reduce((before, part, at) => before + segment(values[at - 1] ?? '') + part) as ApiPath
}

function segment(value: string): string {
  if (/^\.{0,2}$/.test(value)) throw new SetupError(`${quote(value)} cannot be part of a request: nothing was sent`)
  return encodeURIComponent(value.replace(/\p{Surrogate}/gu, '\uFFFD'))
}
