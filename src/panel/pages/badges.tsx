import type { Account } from '../../accounts/states.ts'

/** The state of an account in words; colour says the same again. */
export function StateBadges({ account }: { account: Account | undefined }) {
  if (account === undefined) return <span class="badge asking">asking …</span>
  return (
    <>
      {wordsOf(account).map((word) => (
        <span class={`badge ${word.replace(' ', '-')}`}>{word}</span>
      ))}
    </>
  )
}

/** What an account is besides: an admin of the server, or the operator whose token the panel uses. */
export function RoleBadges({ account, isOperator }: { account: Account | undefined; isOperator: boolean }) {
  return (
    <>
      {account?.admin && <span class="badge admin">admin</span>}
      {isOperator && <span class="badge operator">operator</span>}
    </>
  )
}

function wordsOf({ state, suspended, locked, bot }: Account): string[] {
  if (bot) return ['server bot']
  const both = [...(locked ? ['locked'] : []), ...(suspended ? ['suspended'] : [])]
  return both.length > 0 ? both : [state]
}
