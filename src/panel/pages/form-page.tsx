import { ActionForm, type Form } from './form.tsx'
import { BackLink, Layout } from './layout.tsx'
import { Problem } from './problem.tsx'

/** One form on a page of its own; after a refusal with what was typed, and why. */
export function FormPage({ title, form, problem }: { title: string; form: Form; problem?: string }) {
  return (
    <Layout title={title}>
      <main class="narrow">
        <h1>{title}</h1>
        <p>{form.action.summary}</p>
        {problem && <Problem message={problem} />}
        <div class="card">
          <ActionForm {...form} />
        </div>
        <BackLink />
      </main>
    </Layout>
  )
}
