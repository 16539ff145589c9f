/**
 * A transaction id that no other request of this operator has: a UUID of version 7 (RFC 9562), made of the time and random
 * digits. It must be unique but not secret, and node:crypto would cost each command 3 ms.
 * https://spec.matrix.org/v1.15/client-server-api/#transaction-identifiers
 */
export function newTransactionId(): string {
  const time = Date.now().toString(16).padStart(12, '0')
  return `${time.slice(0, 8)}-${time.slice(8)}-7${chance(3)}-8${chance(3)}-${chance(12)}`
}

/** So many hexadecimal digits, at most 12. */
function chance(digits: number): string {
  return Math.floor(Math.random() * 16 ** digits)
    .toString(16)
    .padStart(digits, '0')
}
