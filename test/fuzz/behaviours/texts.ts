import type { Random } from '../random.ts'

/** What a line of ours would begin with, with a word that only a forger writes. */
export const forged = 'f0rged'

/** Text made to break whatever prints, splits, matches or copies it. */
export const hostileTexts: readonly string[] = [
  `x\nmatrix-users: error: ${forged}`,
  `x\rmatrix-users: error: ${forged}`,
  `x\r\nhint: ${forged}\nok ${forged}`,
  `x\u2028matrix-users: error: ${forged}\u2029ok ${forged}`,
  `x\u0085matrix-users: warning: ${forged}`,
  `\u001b[2K\u001b[1Gmatrix-users: error: ${forged}`,
  `\u001b]0;title\u0007\u001b]52;c;Zm9v\u0007`,
  '\u009b31m\u0090q\u009c',
  '\u202e\u2066\u200f\u061c\u206a\u206f',
  '\u0000\u0001\u0002\u007f',
  '\ud800',
  '\udfff\ud800x',
  '\ufeff',
  '.'.repeat(100_000),
  '/'.repeat(100_000),
  '-._~'.repeat(25_000),
  'a'.repeat(200_000),
  'a b '.repeat(30_000),
  '\n'.repeat(50_000),
  `${'@a:home.test '.repeat(10_000)}`,
  `${'https://'.repeat(5_000)}`,
  '(a+)+$'.repeat(1000),
  '🏳️‍⚧️'.repeat(5_000),
  'e\u0301'.repeat(20_000),
  '__proto__',
  'constructor',
  '%s%d%j%o%c%%',
  '$& $1 $` ${HOME}',
  "'; rm -rf /; '",
  '<script>alert(1)</script>',
  '```\n```',
  '!admin users list-users',
  '../../../../etc/passwd',
  'mxc://home.test/../../x',
  'mxc://elsewhere.test/abc',
  'http://127.0.0.1:1/',
  '!room:other.test',
  '!',
  '@',
  '@:',
  '$',
  ' ',
  '',
]

export function hostileText(random: Random): string {
  return random.pick(hostileTexts)
}

/** A text for a report: short, printable. */
export function brief(value: unknown): string {
  const text = JSON.stringify(value) ?? String(value)
  return text.length > 60 ? `${text.slice(0, 40)}… (${text.length})` : text
}
