import { escapeControls } from '../../system/foreign-text.ts'
import { sentence } from './sentence.ts'

interface ProblemProps {
  message: string
  hint?: string | undefined
  /** Whether the hint is of use at a shell only. */
  hintIsForShell?: boolean
}

/** What went wrong, and what fixes it. */
export function Problem({ message, hint, hintIsForShell }: ProblemProps) {
  return (
    <div class="notice bad" id="problem" role="alert">
      <p>{sentence(escapeControls(message))}</p>
      {hint && (
        <p>
          {hintIsForShell ? 'On the command line: ' : ''}
          {hintIsForShell ? escapeControls(hint) : sentence(escapeControls(hint))}
        </p>
      )}
    </div>
  )
}
