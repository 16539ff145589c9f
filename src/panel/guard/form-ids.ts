import { createHmac } from 'node:crypto'
import { type Login, randomToken } from './logins.ts'
import { sameText } from './same-text.ts'

const mostForms = 1000

/** A fresh id for a form of one action: it is taken once, and for no other action. */
export function formId(login: Login, action: string): string {
  return signed(login, action, randomToken())
}

/** Whether the id of a form was made for that action, in this login. */
export function isFormOf(login: Login, action: string, form: string): boolean {
  const [random = ''] = form.split('.')
  return sameText(form, signed(login, action, random))
}

/** Notes that a form was sent; false if it had been sent before. */
export function sendOnce({ sent }: Login, form: string): boolean {
  if (sent.has(form)) return false
  sent.add(form)
  // The oldest go first: a Set keeps the order of insertion.
  for (const id of sent) {
    if (sent.size <= mostForms) break
    sent.delete(id)
  }
  return true
}

function signed({ formKey }: Login, action: string, random: string): string {
  return `${random}.${createHmac('sha256', formKey).update(`${action} ${random}`).digest('base64url')}`
}
