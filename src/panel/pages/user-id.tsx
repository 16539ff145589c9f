/** A user ID whose username stands out; it breaks before the server's name, where the line is too short. */
export function UserId({ userId }: { userId: string }) {
  const at = userId.indexOf(':')
  return (
    <>
      {userId.slice(0, at)}
      <wbr />
      <span class="of">{userId.slice(at)}</span>
    </>
  )
}
