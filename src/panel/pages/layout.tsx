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

const marker = '<!--later-->'

/** Where a page is cut: what comes before it is sent first. */
export function Later() {
  return <span dangerouslySetInnerHTML={{ __html: marker }} />
}

/** A page as its two parts around `Later`. */
export function cut(page: { toString(): string }): [before: string, after: string] {
  const [before = '', after = ''] = `<!doctype html>${page.toString()}`.split(`<span>${marker}</span>`)
  return [before, after]
}
