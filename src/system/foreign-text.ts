/**
 * Control characters other than newline and tab, made visible, so that no reply can drive the terminal: also those that turn
 * or hide text, or end a line for some readers, and halves of characters.
 */
export function escapeControls(text: string): string {
  return text.replace(
    /[\u0000-\u0008\u000B-\u001F\u007F-\u009F\u061C\u200E\u200F\u2028-\u202E\u2060-\u206F\uFEFF\uFFF9-\uFFFB]|\p{Surrogate}/gu,
    (character) => {
      const code = character.charCodeAt(0)
      return code < 0x100 ? `\\x${code.toString(16).padStart(2, '0')}` : `\\u${code.toString(16).padStart(4, '0')}`
    },
  )
}

/** The same on one line. */
export function oneLine(text: string): string {
  return escapeControls(text).replaceAll('\n', '\\n').replaceAll('\t', '\\t')
}

/**
 * Foreign text for a message: in quotes, shortened, and with everything made visible that is not ASCII or one of Latin-1's
 * letters, which look like no others.
 */
export function quote(text: string): string {
  const shown = 60
  const visible = JSON.stringify(text.slice(0, shown)).replace(
    /[^ -~\u00C0-\u00D6\u00D8-\u00F6\u00F8-\u00FF]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  )
  return text.length > shown ? `${visible.slice(0, -1)}…" (${text.length} characters)` : visible
}
