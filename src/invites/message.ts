/** What a message to an invited person needs. */
export interface Invitation {
  serverName: string
  token: string
  /** The server's registration page for this token, where it has one. */
  link: string | undefined
  expires: Date | undefined
}

/** A message to forward to the invited person: server, token, steps. Plain text. */
export function invitationText({ serverName, token, link, expires }: Invitation): string {
  const until = expires === undefined ? '' : `, until ${expires.toISOString().slice(0, 16).replace('T', ' ')} UTC`
  const steps =
    link === undefined
      ? [
          '1. Install a Matrix app, for example Element (https://element.io/download).',
          `2. Choose "Create account", and change the homeserver to: ${serverName}`,
          '3. Choose a username and a password, and enter this registration token when you are asked for it:',
          `   ${token}`,
        ]
      : [
          '1. Open this link, and choose a username and a password:',
          `   ${link}`,
          `2. Sign in with them in a Matrix app, for example Element; the homeserver is: ${serverName}`,
          `If you are asked for a registration token: ${token}`,
        ]
  return [`You are invited to ${serverName}, a Matrix server. This invite works once${until}.`, '', ...steps].join('\n')
}
