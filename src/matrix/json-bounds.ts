/** Levels of nesting, and values, that the JSON of an answer may have: a short text can take much memory. */
const depthLimit = 100
const valueLimit = 250_000

const [quote, backslash, comma, openArray, closeArray, openObject, closeObject] = Buffer.from('"\\,[]{}')

/** Which bound a JSON text exceeds, in words for an error message; undefined if none. Takes linear time and no memory. */
export function exceededBound(json: Uint8Array): string | undefined {
  let [depth, values, inString] = [0, 0, false]
  for (let at = 0; at < json.length; at++) {
    const byte = json[at]
    if (inString) {
      if (byte === backslash) at += 1
      else if (byte === quote) inString = false
    } else if (byte === quote) inString = true
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
