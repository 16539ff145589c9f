import { renderSVG } from 'uqr'
import { type Invitation, invitationText } from '../../invites/message.ts'
import { Copyable } from './copyable.tsx'

/** An invite in every form in which it can be passed on. */
export function InvitationView(invitation: Invitation) {
  const { token, link } = invitation
  return (
    <>
      <Copyable id="message" label="Message to forward" name="message" text={invitationText(invitation)} />
      {link !== undefined && <Copyable id="link" label="Link" name="link" text={link} />}
      <Copyable id="token" label="Registration token" name="token" text={token} />
      <div
        class="qr"
        role="img"
        aria-label={`The ${link === undefined ? 'token' : 'link'} as a QR code`}
        dangerouslySetInnerHTML={{ __html: renderSVG(link ?? token, { border: 2 }) }}
      />
    </>
  )
}
