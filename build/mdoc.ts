/** A list of terms, each with the lines below it. */
export function list(items: readonly (readonly [term: string, ...lines: string[]])[], kind = ''): string[] {
  if (items.length === 0) return []
  return [`.Bl -tag -width Ds${kind}`, ...items.flatMap(([term, ...lines]) => [`.It ${term}`, ...lines]), '.El']
}

/** A line to type. */
export function literal(line: string): string {
  return `.Dl ${roff(line)}`
}

/** Sentences on lines of their own, as long as the source of a manual may be. No dot or quote at the start of a line can make it a request. */
export function text(sentences: string): string {
  const whole = sentences.charAt(0).toUpperCase() + sentences.slice(1)
  const each = (/[.?!:]$/.test(whole) ? whole : `${whole}.`).split(/(?<=[.?!]) (?=[A-Z])/)
  const lines = each.flatMap((one) => roff(one).match(/.{1,78}(?= |$)/g) ?? [])
  return lines.map((line) => line.trimStart().replace(/^(?=[.'])/, '\\&')).join('\n')
}

function roff(words: string): string {
  return words.replaceAll('\\', '\\e').replaceAll('"', '\\(dq').replaceAll('--', '\\-\\-')
}
