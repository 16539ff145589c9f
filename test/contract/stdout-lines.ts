/** The lines of an output, without its last newline. */
export const lines = (stdout: string) => stdout.replace(/\n$/, '').split('\n')
export const sorted = (stdout: string) => lines(stdout).sort()
/** One JSON object per line. */
export const objects = (stdout: string) => lines(stdout).map((line) => JSON.parse(line))
