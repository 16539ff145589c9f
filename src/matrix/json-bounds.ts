/** Levels of arrays and objects within each other, and values, that the JSON of an answer may hold: small text can be large in memory. */
const depthLimit = 100
const valueLimit = 250_000

const [quote = 0, backslash, comma, openArray, closeArray, openObject, closeObject] = Buffer.from('"\\,[]{}')

/**
 * Which bound a JSON text exceeds, in words for an error message; undefined if none. Takes linear time and no memory. Most of an
 * answer is strings, which are leapt over: byte by byte a list of 2,000 accounts would take 6 ms.
 */
export function exceededBound(json: Uint8Array): string | undefined {
  let [depth, values] = [0, 0]
  for (let at = 0; at < json.length; at++) {
    const byte = json[at]
    if (byte === quote) at = endOfString(json, at)
    else if (byte === openArray || byte === openObject) {
      depth += 1
      values += 1
      if (depth > depthLimit) return `JSON with more than ${depthLimit} levels`
    } else if (byte === closeArray || byte === closeObject) depth -= 1
    else if (byte === comma) values += 1
    if (values > valueLimit) return `JSON with more than ${valueLimit} values`
  }
  return undefined
}

/** Where the string that begins at `start` ends: at the next quote with an even number of backslashes before it. */
function endOfString(json: Uint8Array, start: number): number {
  for (let at = json.indexOf(quote, start + 1); at >= 0; at = json.indexOf(quote, at + 1)) {
    let slashes = 0
    while (json[at - 1 - slashes] === backslash) slashes += 1
    if (slashes % 2 === 0) return at
  }
  return json.length
}
