/** Control characters other than newline and tab, made visible, so that no reply can drive the terminal. */
export function escapeControls(text: string): string {
  return text.replace(
    /[\u0000-\u0008\u000B-\u001F\u007F-\u009F\u200E\u200F\u202A-\u202E\u2066-\u2069]/g,
    (character) => {
      const code = character.charCodeAt(0)
      return code < 0x100 ? `\\x${code.toString(16).padStart(2, '0')}` : `\\u${code.toString(16).padStart(4, '0')}`
    },
  )
}

/** Somebody else's text for a message: in quotes, shortened, and with everything but plain ASCII made visible. */
export function quote(text: string): string {
  const shown = 60
  const visible = JSON.stringify(text.slice(0, shown)).replace(
    /[^ -~]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  )
  return text.length > shown ? `${visible.slice(0, -1)}…" (${text.length} characters)` : visible
}
