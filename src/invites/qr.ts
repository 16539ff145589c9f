import { renderUnicodeCompact } from 'uqr'
import { SetupError } from '../errors.ts'

/** Bytes of the largest QR code (ISO/IEC 18004, version 40, level L). */
const capacity = 2953

/** A QR code of a text, drawn in half-block characters, two rows per line. Throws SetupError for a text that is too long. */
export function drawQr(text: string): string {
  if (Buffer.byteLength(text) > capacity)
    throw new SetupError('the text is too long for a QR code', { shellHint: 'use --link or --text without --qr' })
  return `${renderUnicodeCompact(text, { border: 2 })}\n`
}
