/**
 * The README as the npm package has it, where neither the pictures nor the other pages are: links to them are plain words, what
 * only refers to them is left out, and the help takes the place of the list of pages.
 */
export function npmReadme(readme: string): string {
  const [text = ''] = readme.split('\n## Documentation\n')
  const alone = text
    .replace(/^(!\[[^\]]*\]\((?!https?:)[^)]*\)|<img [^>]*>)\n+/gm, '')
    .replace(/ \(\[[^\]]*\]\((?!https?:)[^)]*\)\)/g, '')
    .replace(/\[([^\]]*)\]\((?!https?:)[^)]*\)/g, '$1')
  return `${alone}\n## Documentation\n\n\`matrix-users help\` lists the commands, and \`matrix-users help COMMAND\` has each option.\n\nMIT licence.\n`
}
