/** Throws where the program, or Node for it, says that it met something nobody expected: that fails any test, whatever else it looks at. */
export function assertSound(output: string, what: string): void {
  const sign = /internal error.*|defect of matrix-users.*|MaxListenersExceededWarning.*|^\s+at .+:\d+:\d+\)?$/m.exec(
    output,
  )?.[0]
  if (sign !== undefined) throw new Error(`${what}: ${sign.trim()}`)
}
