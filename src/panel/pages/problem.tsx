/** What went wrong, and what mends it. */
export function Problem({ message, hint }: { message: string; hint?: string | undefined }) {
  return (
    <div class="problem" id="problem" role="alert">
      <p>{message}</p>
      {hint && <p>{hint}</p>}
    </div>
  )
}
