/**
 * A defect in one line for stderr: what kind of error, at what, and where in the program. The error's message is left out,
 * since it may quote what was being read: a password in a reply, for example.
 */
export function defectLine(error: unknown, at: string): string {
  const { name = 'no error object', message = '', code, stack = '' } = (error ?? {}) as NodeJS.ErrnoException
  const frames = stack
    .replace(message, () => '')
    .split('\n')
    .filter((line) => /^ +at /.test(line))
  return [
    `this is a defect of matrix-users: ${name}`,
    code,
    `at ${at}`,
    ...frames.slice(0, 3).map((line) => line.trim()),
  ]
    .filter(Boolean)
    .join(' ')
}

/** Tells the operator, on stderr, of a defect at `at`. */
export type Report = (error: unknown, at: string) => void
