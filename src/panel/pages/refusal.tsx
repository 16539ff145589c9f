import { BackLink, Layout } from './layout.tsx'
import { Problem } from './problem.tsx'

export function RefusalPage({ title, reason }: { title: string; reason: string }) {
  return (
    <Layout title={title}>
      <main class="narrow">
        <h1>{title}</h1>
        <Problem message={reason} />
        <BackLink />
      </main>
    </Layout>
  )
}
