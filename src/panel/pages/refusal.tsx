import { type Frame, Layout, type Place } from './layout.tsx'
import { Problem } from './problem.tsx'

interface RefusalPageProps {
  title: string
  reason: string
  root: Frame['root']
  back: Place
}

/** Why nothing was done; also shown without a login. */
export function RefusalPage({ title, reason, root, back }: RefusalPageProps) {
  return (
    <Layout title={title} root={root}>
      <main class="narrow">
        <h1>{title}</h1>
        <Problem message={reason} />
        <p class="back">
          <a href={back === 'Invites' ? `${root}invites` : root}>Back to {back.toLowerCase()}</a>
        </p>
      </main>
    </Layout>
  )
}
