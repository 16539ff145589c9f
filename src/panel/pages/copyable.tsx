/** A button that copies a text; the script shows it. */
export function CopyButton({ of, name, primary }: { of: string; name: string; primary?: boolean }) {
  return (
    <span class="copy" hidden>
      <button type="button" class={primary ? '' : 'plain'} data-copy={of}>
        Copy {name}
      </button>
      <span role="status" class="soft" />
    </span>
  )
}

/** A text to read and to copy. It can be scrolled by keyboard as well. */
export function Copyable({ id, label, name, text }: { id: string; label: string; name: string; text: string }) {
  return (
    <section>
      <h2>{label}</h2>
      <Scrollable id={id} label={label} text={text} />
      <CopyButton of={id} name={name} />
    </section>
  )
}

/** A text as it was written. */
export function Scrollable({ id, label, text }: { id: string; label: string; text: string }) {
  return (
    <section class="scroll" tabindex={0} aria-label={label}>
      <pre id={id}>{text}</pre>
    </section>
  )
}
