import { escapeControls } from '../../system/foreign-text.ts'
import { sentence } from './sentence.ts'

interface ProblemProps {
  /** Where there are several on one page. */
  id?: string
  message: string
  hint?: string | undefined
  /** Whether the hint is of use at a shell only. */
  hintIsForShell?: boolean
  /** Whether `matrix-users check` looks for the cause. */
  diagnosable?: boolean
}

/** What went wrong, and what fixes it. */
export function Problem({ id = 'problem', message, hint, hintIsForShell, diagnosable }: ProblemProps) {
  return (
    <div class="notice bad" id={id} role="alert">
      <p>{sentence(escapeControls(message))}</p>
      {hint && (
        <p>
          {hintIsForShell ? 'On the command line: ' : ''}
          {hintIsForShell ? escapeControls(hint) : sentence(escapeControls(hint))}
        </p>
      )}
      {diagnosable && (
        <p>
          To find the cause, run <code>matrix-users check</code> on the command line.
        </p>
      )}
    </div>
  )
}
