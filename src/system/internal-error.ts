/**
 * An unexpected error in one line for stderr: its kind, its cause and where in the program. Its message is left out, since it
 * may quote what was being read, such as a password in a reply.
 */
export function internalError(error: unknown, at?: string): string {
  const { name = 'no error object', message = '', code, stack = '' } = (error ?? {}) as NodeJS.ErrnoException
  const frames = stack
    .replace(message, () => '')
    .split('\n')
    .filter((line) => /^ +at /.test(line))
  return [
    `internal error, please report it: ${name}`,
    typeof code === 'string' ? code : undefined,
    at === undefined ? undefined : `at ${at}`,
    ...frames.slice(0, 3).map((line) => line.trim()),
  ]
    .filter(Boolean)
    .join(' ')
}
