import type { Child } from 'hono/jsx'

/** What a form must bring back, so that it is taken. */
export interface FormKeys {
  csrf: string
  /** A fresh id. */
  id: string
}

export type FieldName = 'user' | 'users' | 'count' | 'days' | 'retyped' | 'password'

interface FormProps {
  action: string
  keys: FormKeys
  /** What the button says: the result. */
  button: string
  danger?: boolean
  plain?: boolean
  /** The field that is to be looked at again: the cursor is put there. */
  focus?: FieldName | undefined
  /** Where several forms are on one page, what tells their fields apart for a screen reader. */
  label?: string
  children?: Child
}

/** A form that changes something: its own fields, then the panel password. */
export function ChangeForm({ action, keys, button, danger, plain, focus, label, children }: FormProps) {
  return (
    <form method="post" action={action} aria-label={label}>
      <input type="hidden" name="csrf" value={keys.csrf} />
      <input type="hidden" name="form" value={keys.id} />
      {children}
      <div class="confirm">
        <label>
          Panel password
          <input {...field('password', focus)} type="password" autocomplete="current-password" />
        </label>
        <button type="submit" class={danger ? 'danger' : plain ? 'plain' : ''}>
          {button}
        </button>
      </div>
    </form>
  )
}

/** The attributes of a field. */
export function field(name: FieldName, focus: FieldName | undefined) {
  return {
    name,
    required: true,
    ...(focus === name ? { autofocus: true, 'aria-describedby': 'problem', 'aria-invalid': 'true' as const } : {}),
  }
}

/** For names and ids. */
export const spelling = { autocomplete: 'off', autocapitalize: 'none', autocorrect: 'off', spellcheck: false } as const

/** The exact id once more, for what cannot be undone. */
export function RetypeField({
  userId,
  value,
  focus,
}: {
  userId: string
  value?: string | undefined
  focus: FieldName | undefined
}) {
  return (
    <label>
      Retype <strong>{userId}</strong>
      <input {...field('retyped', focus)} value={value} maxlength={255} {...spelling} />
    </label>
  )
}
