import { type Frame, Layout } from './layout.tsx'
import { Problem } from './problem.tsx'

/** Why nothing was done; also shown without a login. */
export function RefusalPage({ title, reason, root }: { title: string; reason: string; root: Frame['root'] }) {
  return (
    <Layout title={title} root={root}>
      <main class="narrow">
        <h1>{title}</h1>
        <Problem message={reason} />
        <p class="back">
          <a href={root}>Back to accounts</a>
        </p>
      </main>
    </Layout>
  )
}
