import { renderUnicodeCompact } from 'uqr'

/** A QR code of a text, drawn in half-block characters, two rows per line. */
export function drawQr(text: string): string {
  return `${renderUnicodeCompact(text, { border: 2 })}\n`
}
