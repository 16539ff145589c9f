import { Layout } from './layout.tsx'

export function RefusalPage({ reason }: { reason: string }) {
  return (
    <Layout title="Refused">
      <main class="narrow">
        <h1>Refused</h1>
        <p class="problem" role="alert">
          {reason}
        </p>
        <p>
          <a href="./">Back to the users</a>
        </p>
      </main>
    </Layout>
  )
}
