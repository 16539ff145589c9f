interface PagerProps {
  /** What is counted. */
  name: string
  /** From 1. */
  page: number
  size: number
  total: number
  address(page: number): string
}

/** Which of how many are shown, and the ways to the others. */
export function Pager({ name, page, size, total, address }: PagerProps) {
  if (total <= size) return null
  const [first, last] = [(page - 1) * size + 1, Math.min(page * size, total)]
  const number = (value: number) => value.toLocaleString('en')
  return (
    <nav class="pager" aria-label={`Pages of ${name}`}>
      <span>
        {first > total ? `Page ${number(page)}` : `${number(first)}–${number(last)}`} of {number(total)}
      </span>
      {page > 1 ? (
        <a class="button plain" rel="prev" href={address(page - 1)}>
          Previous
        </a>
      ) : null}
      {last < total ? (
        <a class="button plain" rel="next" href={address(page + 1)}>
          Next
        </a>
      ) : null}
    </nav>
  )
}
