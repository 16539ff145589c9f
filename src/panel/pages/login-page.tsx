import { Layout } from './layout.tsx'
import { Problem } from './problem.tsx'

export function LoginPage({ closed, problem }: { closed: boolean; problem?: string }) {
  return (
    <Layout title="Log in" root="./">
      <main class="narrow login">
        <p class="product">matrix-users</p>
        <h1>Log in to the panel</h1>
        {problem && <Problem message={problem} />}
        {closed && (
          <div class="notice">
            <p>
              No panel password is set. Set one with <code>matrix-users panel set-password</code>, then reload this
              page.
            </p>
          </div>
        )}
        <form method="post" action="login" class="card">
          <label>
            Panel password
            <input type="password" name="password" autocomplete="current-password" required autofocus />
          </label>
          <button type="submit">Log in</button>
        </form>
      </main>
    </Layout>
  )
}
