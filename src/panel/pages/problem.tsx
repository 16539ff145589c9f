export interface ProblemProps {
  message: string
  hint?: string | undefined
  /** Whether the hint is of use at a shell only. */
  hintIsForShell?: boolean
}

/** What went wrong, and what fixes it. */
export function Problem({ message, hint, hintIsForShell = false }: ProblemProps) {
  return (
    <div class="problem" id="problem" role="alert">
      <p>{message}</p>
      {hint && <p>{hintIsForShell ? `On the command line: ${hint}` : hint}</p>}
    </div>
  )
}
