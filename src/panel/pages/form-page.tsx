import type { Child } from 'hono/jsx'
import { type Frame, Page, type Place } from './layout.tsx'
import { Problem } from './problem.tsx'

interface FormPageProps {
  frame: Frame
  place: Place
  heading: string
  about: string
  form: Child
  problem?: string
}

/** One form on a page of its own; after a refusal with what was typed, and why. */
export function FormPage({ frame, place, heading, about, form, problem }: FormPageProps) {
  return (
    <Page frame={frame} title={heading} place={place} narrow>
      <h1>{heading}</h1>
      <p class="soft">{about}</p>
      {problem && <Problem message={problem} />}
      <div class="card">{form}</div>
    </Page>
  )
}
