import type { Known } from '../../check/known.ts'
import type { Report } from '../../check/step.ts'
import type { CommonFlags } from '../../config/context.ts'
import { exitCodes } from '../../errors.ts'
import { oneLine } from '../../system/foreign-text.ts'
import { untilClosed } from '../until-closed.ts'
import type { Command } from './command.ts'

/** Checks everything that a command depends on, in order. Exit code 0 if all is well, else 2. Quiet, it prints failures only. */
export const check: Command<CommonFlags & { quiet?: boolean }> = {
  usage: 'check',
  summary: 'Diagnose problems and show how to fix them',
  details: [
    'With --quiet it prints only what failed and how to fix it. The exit code is 2 if anything failed, also if the homeserver is down.',
  ],
  examples: [
    ['$0 check --quiet', 'print nothing when all is well: for cron'],
    ['$0 check --json', 'print the result for monitoring (exit code 0 or 2)'],
  ],
  async run(flags, context) {
    const { runSteps } = await import('../../check/step.ts')
    const setUp = await import('../../check/set-up-steps.ts')
    const server = await import('../../check/server-steps.ts')
    const room = await import('../../check/room-steps.ts')
    const files = await import('../../check/file-steps.ts')
    const steps = [
      setUp.settingsStep,
      server.reachableStep,
      server.clockStep,
      setUp.credentialsStep,
      server.tokenStep,
      server.adminStep,
      room.roomStep,
      room.joinedStep,
      room.encryptedStep,
      room.botStep,
      server.registrationStep,
      files.secretsFolderStep,
      files.inviteFileStep,
      files.panelStep,
    ]
    const isShown = ({ status }: Report) => !flags.json && (!flags.quiet || status === 'failed')
    const show = async (report: Report) =>
      isShown(report) ? untilClosed(() => context.io.write(lineOf(report))) : undefined
    const reports = await runSteps(steps, { context, flags } as Known, show)
    if (flags.json) await untilClosed(() => context.io.write(`${JSON.stringify(reports)}\n`))
    return reports.some(({ status }) => status === 'failed') ? exitCodes.refused.code : exitCodes.ok.code
  },
}

function lineOf({ step, status, detail, fix }: Report): string {
  const fixLine = fix === undefined ? '' : `${' '.repeat(9)}fix: ${oneLine(fix)}\n`
  return `${status.padEnd(8)} ${step}: ${oneLine(detail)}\n${fixLine}`
}
