import type { CommonFlags } from '../../config/context.ts'
import { openSettings } from '../../config/session.ts'
import { exitCodes } from '../../errors.ts'
import type { Command } from './command.ts'

/** Every setting with its value and origin, or its default; a secret only as set or unset. Nothing is checked or sent. */
export const settings: Command<CommonFlags> = {
  usage: 'settings',
  onlyPrints: true,
  summary: 'Show every setting, its value and where it comes from',
  examples: [['$0 settings --profile club', 'show the settings with a profile']],
  async run(flags, context) {
    const rows = (await openSettings(context, flags)).describe().map(({ setting, found }) => ({
      name: setting.names.join(' or '),
      value: setting.secret && found.value !== undefined ? '(set)' : (found.value ?? null),
      origin: found.value === undefined && found.origin === 'the default' ? 'not set' : found.origin,
      summary: setting.summary,
    }))
    const text = rows.map(({ name, value, origin, summary }) =>
      value === null ? `${name} = (unset)\n    ${summary}\n` : `${name} = ${value}\n    ${origin}; ${summary}\n`,
    )
    await context.io.write(flags.json ? `${JSON.stringify(rows)}\n` : text.join(''))
    return exitCodes.ok.code
  },
}
