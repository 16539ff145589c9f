import type { Action } from '../actions.ts'

/** A form with what belongs into it. */
export interface Form {
  action: Action
  serverName: string
  csrf: string
  /** A fresh id. */
  id: string
  /** What was typed before, by field; never a password. */
  typed?: Readonly<Record<string, string>>
  /** The field that is to be looked at again: the cursor is put there. */
  focus?: FieldName | undefined
}

export type FieldName = 'user' | 'count' | 'retyped' | 'password'

const spelling = { autocomplete: 'off', autocapitalize: 'none', autocorrect: 'off' } as const

export function ActionForm({ action, serverName, csrf, id, typed = {}, focus }: Form) {
  const { name, field, retype } = action
  const about = (of: FieldName) => ({
    name: of,
    value: typed[of],
    required: true,
    ...(focus === of ? { autofocus: true, 'aria-describedby': 'problem' } : {}),
  })
  return (
    <form method="post" action={name}>
      <input type="hidden" name="csrf" value={csrf} />
      <input type="hidden" name="form" value={id} />
      {field?.name === 'user' && (
        <label>
          {field.label}
          <input {...about('user')} placeholder={field.example} maxlength={255} {...spelling} />
        </label>
      )}
      {field?.name === 'count' && (
        <label>
          {field.label}
          <input {...about('count')} type="number" min={1} max={99} value={typed.count ?? '1'} inputmode="numeric" />
        </label>
      )}
      {retype && (
        <label>
          It {retype}. Its full id again, like @alice:{serverName}
          <input {...about('retyped')} maxlength={255} {...spelling} />
        </label>
      )}
      <label>
        Your password of this page
        <input {...about('password')} type="password" autocomplete="current-password" />
      </label>
      <button type="submit" class={retype ? 'danger' : ''}>
        {name.replaceAll('-', ' ')}
      </button>
    </form>
  )
}
