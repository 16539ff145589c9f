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
  const { cause, request } = apart(escapeControls(message))
  return (
    <div class="notice bad" id={id} role="alert">
      <p>{sentence(cause)}</p>
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
      {request && <Request text={request} />}
    </div>
  )
}

/** A request, which a narrow screen breaks after its slashes. */
function Request({ text }: { text: string }) {
  const [first, ...others] = text.split('/')
  return (
    <p class="request">
      <code>
        {first}
        {others.map((part) => (
          <>
            /<wbr />
            {part}
          </>
        ))}
      </code>
    </p>
  )
}

/** What went wrong, and the request behind it, which an error of the core has in parentheses. */
function apart(message: string): { cause: string; request: string | undefined } {
  const inside = [...message.matchAll(/ \(([^()]*)\)/g)].find(([, words = '']) => /\b[A-Z]+ \//.test(words))
  if (inside === undefined) return { cause: message, request: undefined }
  return { cause: message.replace(inside[0], ''), request: inside[1] }
}
