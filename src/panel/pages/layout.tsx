import type { Child } from 'hono/jsx'

/** What every page behind the login has around it. */
export interface Frame {
  /** The way to the panel's first page. All addresses are relative, so that a proxy may put the panel below a path. */
  root: './' | '../'
  serverName: string
  csrf: string
}

const places = [
  { path: '', name: 'Accounts' },
  { path: 'invites', name: 'Invites' },
  { path: 'activity', name: 'Activity' },
] as const

export type Place = (typeof places)[number]['name']

interface PageProps {
  frame: Frame
  title: string
  /** Where in the navigation it belongs. */
  place?: Place
  narrow?: boolean
  children?: Child
}

/** A page behind the login. */
export function Page({ frame, title, place, narrow, children }: PageProps) {
  return (
    <Layout title={`${title} · ${frame.serverName}`} root={frame.root}>
      <a class="skip" href="#main">
        Skip to content
      </a>
      <header class="bar">
        <strong class="server">{frame.serverName}</strong>
        <nav aria-label="Panel">
          {places.map(({ path, name }) => (
            <a class="place" href={frame.root + path} aria-current={name === place ? 'page' : undefined}>
              {name}
            </a>
          ))}
        </nav>
        <form method="post" action={`${frame.root}leave`}>
          <input type="hidden" name="csrf" value={frame.csrf} />
          <button type="submit" class="quiet">
            Log out
          </button>
        </form>
      </header>
      <main id="main" class={narrow ? 'narrow' : ''}>
        {children}
      </main>
    </Layout>
  )
}

/** The frame of every page. */
export function Layout({ title, root, children }: { title: string; root: Frame['root']; children?: Child }) {
  return (
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="robots" content="noindex" />
        <meta name="color-scheme" content="light dark" />
        <title>{title}</title>
        <link rel="stylesheet" href={`${root}style.css`} />
        <script src={`${root}page.js`} defer></script>
      </head>
      <body>{children}</body>
    </html>
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

/** A page, or a part of one, as its two halves around `Later`. */
export function cut(html: string): [before: string, after: string] {
  const [before = '', after = ''] = html.split(`<span>${marker}</span>`)
  return [before, after]
}

/** The way back to the accounts, above a page's heading. */
export function BackLink({ root }: { root: Frame['root'] }) {
  return (
    <p class="back">
      <a href={root}>← Accounts</a>
    </p>
  )
}
