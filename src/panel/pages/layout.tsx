import type { Child } from 'hono/jsx'

/** The frame of every page. All addresses are relative, so that a proxy may put the panel below a path. */
export function Layout({ title, children }: { title: string; children?: Child }) {
  return (
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="robots" content="noindex" />
        <title>{title}</title>
        <link rel="stylesheet" href="style.css" />
        <script src="page.js" defer></script>
      </head>
      <body>{children}</body>
    </html>
  )
}

export function BackLink() {
  return (
    <p>
      <a href="./">Back to the users</a>
    </p>
  )
}

/** What a browser is sent for a page. Without its first line it would lay the page out by the rules of the nineties. */
export function htmlOf(page: { toString(): string }): string {
  return `<!doctype html>${page.toString()}`
}

const marker = '<!--later-->'

/** Where a page is cut: what comes before it is sent first. */
export function Later() {
  return <span dangerouslySetInnerHTML={{ __html: marker }} />
}

/** A page as its two parts around `Later`. */
export function cut(page: { toString(): string }): [before: string, after: string] {
  const [before = '', after = ''] = htmlOf(page).split(`<span>${marker}</span>`)
  return [before, after]
}
