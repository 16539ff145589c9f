/** Characters at most: a link with such a base fits into a QR code. */
const longest = 500

/** The base URL of a homeserver: http or https, without user, query and fragment. Undefined for any other text. */
export function parseBaseUrl(text: string): URL | undefined {
  if (text.length > longest || !/^https?:\/\/[^\s/]/i.test(text) || !URL.canParse(text)) return undefined
  const url = new URL(text)
  const isBase = !/[?#]/.test(url.href) && url.username === '' && url.password === ''
  return isBase && url.href.length <= longest ? url : undefined
}
