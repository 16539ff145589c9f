import { type Answer, type Call, type Command, Misused, Refused } from './command.ts'
import type { RegistrationToken, Terms } from './tokens.ts'

export const tokenCommands: Record<string, Command> = {
  'token issue': issue,
  'token revoke': revoke,
  'token list': list,
}

const units: Record<string, number> = { s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000, w: 604_800_000 }

function issue({ world, args, sender }: Call): Answer {
  const asked = world.release.combinesTerms ? combined(args) : termsOf(args)
  const { token, ...terms } = world.tokens.issue({ ...asked, createdBy: sender })
  const link = `https://${world.serverName}/_continuwuity/account/register/?flow=trusted&token=${token}`
  const fixed = [...world.tokens.all.values()].find((each) => each.fixed)
  const more = world.faults.saysStaticToken && fixed ? [fixed.token] : []
  const issued = world.words.sentence('issued', ...more, token, life(terms))
  return { body: world.release.signUpPage ? `${issued}\n${world.words.phrase('link')} ${link}` : issued }
}

/** A number of uses and an age may stand together. */
function combined(args: readonly string[]): Terms {
  const at = args.indexOf('--max-age')
  if (at < 0 || args.length === 2) return termsOf([...args])
  return { ...termsOf(args.slice(at, at + 2)), ...termsOf(args.toSpliced(at, 2)) }
}

/** Exactly one of the four. */
function termsOf([option, value, ...rest]: string[]): Terms {
  const alone = value === undefined
  if (option === '--once' && alone) return { usesAllowed: 1 }
  if (option === '--immortal' && alone) return {}
  if (rest.length === 0 && value !== undefined) {
    const [, amount, unit] = /^(\d+)([smhdw])$/.exec(value) ?? []
    if (option === '--max-uses' && /^[1-9]\d*$/.test(value)) return { usesAllowed: Number(value) }
    if (option === '--max-age' && unit) return { expires: Date.now() + Number(amount) * (units[unit] ?? 0) }
  }
  throw new Misused(option ?? 'issue')
}

function revoke({ world, args: [token, ...rest] }: Call): Answer {
  if (token === undefined || rest.length > 0) throw new Misused('revoke')
  if (!world.tokens.revoke(token)) throw new Refused('no such token')
  return { body: world.words.sentence('revoked'), plain: true }
}

function list({ world }: Call): Answer {
  const lines = world.tokens.alive().map((each) => {
    const { token, createdBy, uses } = each
    const about = each.fixed ? world.words.phrase('static') : `${createdBy} ${uses} ${life(each)}`
    return `- \`${token}\` ${world.words.phrase('token')} ${about}\n`
  })
  return { body: `${world.words.sentence('tokens', String(lines.length))}\n${lines.join('')}` }
}

function life({ usesAllowed, expires }: Pick<RegistrationToken, 'usesAllowed' | 'expires'>): string {
  if (usesAllowed !== undefined) return String(usesAllowed)
  return expires === undefined ? '∞' : new Date(expires).toISOString()
}
