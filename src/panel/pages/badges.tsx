import type { Account } from '../../accounts/states.ts'

/** The state of an account in words; colour says the same again. */
export function StateBadges({ account }: { account: Account | undefined }) {
  if (account === undefined) return <span class="badge asking">asking …</span>
  return (
    <>
      {wordsOf(account).map((word) => (
        <>
          <span class={`badge ${word}`}>{word}</span>{' '}
        </>
      ))}
    </>
  )
}

export function AdminBadge({ account }: { account: Account | undefined }) {
  return account?.admin ? <span class="badge admin">admin</span> : null
}

function wordsOf({ state, suspended, locked }: Account): string[] {
  const both = [...(locked ? ['locked'] : []), ...(suspended ? ['suspended'] : [])]
  return both.length > 0 ? both : [state]
}
