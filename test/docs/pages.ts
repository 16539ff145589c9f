import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'

export const root = join(import.meta.dirname, '../..')

/** README and the pages of docs/, by their path from the root. */
export const pages: readonly string[] = [
  'README.md',
  '.github/SECURITY.md',
  ...readdirSync(join(root, 'docs'))
    .filter((name) => name.endsWith('.md'))
    .map((name) => `docs/${name}`),
]

export function read(path: string, below = root): string {
  return readFileSync(join(below, path), 'utf8')
}

/** The part of a page below a heading. */
export function sectionOf(page: string, heading: string): string {
  const [, level = ''] = new RegExp(`^(#+) ${heading}$`, 'm').exec(page) ?? []
  const [, after = ''] = page.split(`\n${level} ${heading}\n`)
  return after.split(new RegExp(`^#{1,${level.length}} `, 'm'))[0] ?? ''
}

/** Lines of commands: those of sh blocks, and those that are indented. A comment, a prompt and a schedule of cron are no part of them. */
export function commandLines(page: string): string[] {
  const blocks = [...page.matchAll(/```sh\n([\s\S]*?)```/g)].flatMap(([, text = '']) => text.split('\n'))
  const indented = page.split('\n').filter((line) => /^ {4,}\S/.test(line))
  return [...blocks, ...indented]
    .map((line) =>
      line
        .trim()
        .replace(/^\$ /, '')
        .replace(/^(\S+ +){5}(?=\/usr\/local)/, '')
        .replace(/ +# .*/, ''),
    )
    .filter((line) => /^(\w+=\S+ )*(\/usr\/local\/bin\/)?matrix-users /.test(line))
}

/** Links of a page that lead nowhere below a folder. The release page belongs to the repository's host. */
export function deadLinks(path: string, below = root): string[] {
  return [...read(path, below).matchAll(/\]\(([^)\s]+)\)|src="([^"]+)"/g)]
    .map(([, link, source]) => link ?? source ?? '')
    .filter((target) => !/^https?:|\/releases$/.test(target))
    .filter((target) => {
      const [file = '', anchor] = target.split('#')
      const page = file === '' ? path : join(dirname(path), file)
      return !existsSync(join(below, page)) || (anchor !== undefined && !anchorsOf(page).includes(anchor))
    })
}

/** Anchors as GitHub makes them of headings. */
function anchorsOf(path: string): string[] {
  return [...read(path).matchAll(/^#+ (.+)$/gm)].map(([, heading = '']) =>
    heading
      .toLowerCase()
      .replace(/[^\p{L}\p{N}\s_-]/gu, '')
      .replace(/\s/g, '-'),
  )
}
