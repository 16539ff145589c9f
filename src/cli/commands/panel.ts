import type { CommonFlags, Context } from '../../config/context.ts'
import { proxyWarning } from '../../config/panel-proxy.ts'
import { openSettings, refuseDebugging } from '../../config/session.ts'
import { namedFile, profilePath } from '../../config/settings-sources.ts'
import { type ExitCode, exitCodes, SetupError, UserError } from '../../errors.ts'
import type { Command, CommandGroup } from './command.ts'
import { panelSetPassword } from './panel-set-password.ts'

/** Serves until SIGTERM or SIGINT; running operations end, and are logged, first. */
const servePanel: Command<CommonFlags> = {
  usage: '$0',
  summary: 'Serve the panel to a browser on this machine until Ctrl-C or SIGTERM',
  details: ['It needs ENABLE_USER_ADMIN=true (see `matrix-users settings`) and a password: `panel set-password`.'],
  examples: [['ENABLE_USER_ADMIN=true $0 panel', 'serve the panel at http://127.0.0.1:9001/']],
  async run(flags, context): Promise<ExitCode> {
    refuseDebugging(context.environment)
    const settings = await openSettings(context, flags)
    if (!settings.enableUserAdmin)
      throw new SetupError('the panel is not enabled: nothing was started', {
        hint: `set ENABLE_USER_ADMIN=true in ${envFileInUse(flags, context)}`,
      })
    const { dataDir } = settings
    if (dataDir === undefined)
      throw new SetupError('DATA_DIR is not set: it holds the panel password and the audit log')
    await requireFolder(dataDir)
    const { adminHost, proxySecret, adminIdleMinutes, secureCookie } = settings
    await requirePrivateHash(context, dataDir)
    const { commandsFor } = await import('../../panel/core/commands-for.ts')
    const { startPanel } = await import('../../panel/main.ts')
    const warning = proxyWarning(settings)
    if (warning !== undefined) context.io.warn(warning)
    const panel = await startPanel({
      commands: commandsFor(context, flags),
      dataDir,
      userId: context.userId,
      port: settings.panelPort,
      adminHost,
      proxySecret,
      idleMs: adminIdleMinutes * 60_000,
      secureCookie,
      warn: context.io.warn,
      fail: context.io.fail,
    }).catch((error) => {
      throw notStarted(error, settings.panelPort)
    })
    const end = ended(context)
    await context.io.write(`the panel is at ${panel.url} (Ctrl-C ends it)\n`)
    if (!panel.hasPassword) context.io.warn('no login is possible until you run `matrix-users panel set-password`')
    await end
    await panel.stop()
    return exitCodes.ok.code
  },
}

export const panel: CommandGroup = {
  name: 'panel',
  summary: 'Manage accounts and invites in a browser',
  commands: [servePanel, panelSetPassword],
}

/** The env file of this call, else the default profile, which may be missing. */
function envFileInUse(flags: CommonFlags, { environment, homeDir }: Context): string {
  return namedFile(flags, environment, homeDir)?.path ?? profilePath('default', environment, homeDir) ?? 'an env file'
}

/** Throws SetupError where another user can change the panel password, and warns where one can read its hash. */
async function requirePrivateHash({ io, userId }: Context, dataDir: string): Promise<void> {
  const { passwordFile, readPasswordHash } = await import('../../config/panel-password.ts')
  const { warnIfLax } = await import('../../system/modes.ts')
  readPasswordHash(dataDir, userId)
  warnIfLax(passwordFile(dataDir), userId, io.warn)
}

/** A missing folder means a wrong name, or a card that is not mounted, not that there is no password. */
async function requireFolder(dataDir: string): Promise<void> {
  const { statSync } = await import('node:fs')
  if (!statSync(dataDir, { throwIfNoEntry: false })?.isDirectory())
    throw new SetupError(`the folder ${dataDir} (DATA_DIR) is missing: nothing was started`, {
      hint: 'fix DATA_DIR, mount its disk or create the folder',
    })
}

function ended(context: Context): Promise<void> {
  return new Promise((resolve) => {
    // An interruption during the start came before the callback was set.
    if (context.interrupt.aborted) resolve()
    context.onStop(resolve)
  })
}

/** Another user's server on one of the addresses could ask for the panel password. */
function notStarted(error: unknown, port: number): unknown {
  const { code, syscall, address } = error as NodeJS.ErrnoException & { address?: string }
  if (syscall !== 'listen') return error
  return new UserError(`the panel cannot listen on ${address === '::1' ? '[::1]' : address}:${port} (${code})`, {
    hint:
      code === 'EADDRINUSE'
        ? 'end the program that uses this port, or set MATRIX_USERS_PANEL_PORT to another'
        : 'set MATRIX_USERS_PANEL_PORT to another port, above 1023',
    cause: error,
  })
}
