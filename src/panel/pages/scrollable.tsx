/** A text of the server, as it wrote it. It can be scrolled by keyboard as well. */
export function Scrollable({ id, label, text }: { id: string; label: string; text: string }) {
  return (
    <section class="scroll" tabindex={0} aria-label={label}>
      <pre id={id}>
        <code>{text}</code>
      </pre>
    </section>
  )
}
