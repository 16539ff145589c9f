/** The kind of a request: its method and path, with ids left out. */
export function routeOf({ method, path }: { method: string; path: string }): string {
  const parts = (path.split('?')[0] ?? '').split('/')
  return `${method} ${parts.map((part) => (isId(part) ? '*' : part)).join('/')}`
}

function isId(part: string): boolean {
  return /[%!@$#]/.test(part) || (part.length > 15 && /\d/.test(part))
}
