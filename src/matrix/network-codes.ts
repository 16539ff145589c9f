/** OpenSSL's names of what is wrong with a certificate, as node passes them on, and node's own. */
const certificate = /CERT|CRL|^UNABLE_TO_|^INVALID_(CA|PURPOSE)$|^PATH_LENGTH_EXCEEDED$|^HOSTNAME_MISMATCH$/
const handshake = /^(EPROTO|ERR_TLS_|ERR_SSL_)/
const neverThere = /^(ECONNREFUSED|ENOTFOUND|EAI_AGAIN|EHOSTUNREACH|ENETUNREACH|EADDRNOTAVAIL)$/
const unresolved = /^(ENOTFOUND|EAI_AGAIN)$/

const reasons: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'nothing listens there',
  ECONNRESET: 'the connection was closed',
  EPIPE: 'the connection was closed',
  EHOSTUNREACH: 'there is no route to it',
  ENETUNREACH: 'this machine has no network that leads there',
  ETIMEDOUT: 'no answer in time',
  CERT_HAS_EXPIRED: 'its TLS certificate has expired',
  CERT_NOT_YET_VALID: 'its TLS certificate is not valid yet',
  ERR_TLS_CERT_ALTNAME_INVALID: 'its TLS certificate is for another name',
}

/** Whether a code of a failed attempt means that there was no connection. */
export function neverConnected(code: string): boolean {
  return neverThere.test(code) || isTlsFault(code)
}

/** Whether the TLS certificate or handshake failed: the set-up is wrong, and trying again does not help. */
export function isTlsFault(code: string): boolean {
  return certificate.test(code) || handshake.test(code)
}

/** Why no answer came, as the end of a sentence about the homeserver at `origin`. */
export function reasonOf(code: string, origin: string): string {
  const known = reasons[code]
  if (known !== undefined) return known
  if (unresolved.test(code)) return `the name ${new URL(origin).hostname} does not resolve`
  if (certificate.test(code)) return 'its TLS certificate is not trusted'
  return handshake.test(code) ? 'it does not speak TLS as expected' : 'the connection failed'
}

/** What fixes it, for an address that is a setting. */
export function reachHint(code: string): string {
  if (code === 'ECONNREFUSED') return 'start the homeserver, or set MATRIX_HS_API to its address'
  if (unresolved.test(code))
    return 'correct the name in MATRIX_HS_API, or set an IP address; on a phone only addresses and names in /etc/hosts work'
  if (code === 'CERT_HAS_EXPIRED' || code === 'CERT_NOT_YET_VALID')
    return 'renew the certificate, or set the clock of this machine if that is wrong'
  if (code === 'ERR_TLS_CERT_ALTNAME_INVALID') return 'set MATRIX_HS_API to a name that the certificate is for'
  if (certificate.test(code))
    return 'use a certificate of a public authority, or name the file of your own authority with NODE_EXTRA_CA_CERTS'
  if (handshake.test(code)) return 'check whether MATRIX_HS_API should begin with http:// or https://'
  return 'check that the homeserver is running and that MATRIX_HS_API is its address'
}
