import { Layout } from './layout.tsx'
import { Problem } from './problem.tsx'

export function LoginPage({ closed, problem }: { closed: boolean; problem?: string }) {
  return (
    <Layout title="Users: log in">
      <main class="narrow">
        <h1>Users</h1>
        {problem && <Problem message={problem} />}
        {closed && (
          <p>
            No password is set yet. Set one with <code>matrix-users panel set-password</code>, then load this page
            again.
          </p>
        )}
        <form method="post" action="login">
          <label>
            Password of this page
            <input type="password" name="password" autocomplete="current-password" required autofocus />
          </label>
          <button type="submit">Log in</button>
        </form>
      </main>
    </Layout>
  )
}
