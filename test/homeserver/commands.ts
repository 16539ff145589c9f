import { type Answer, type Command, Misused, Refused } from './command.ts'
import { tokenCommands } from './token-commands.ts'
import { userCommands } from './user-commands.ts'
import type { World } from './world.ts'

/** Executes a command for an admin. What it says is made of this server's own words. */
export function executeCommand(world: World, { line, sender }: { line: string; sender: string }, body: string): Answer {
  const words = line.split(/\s+/).filter((word) => word !== '')
  const command = find(world, words)
  try {
    if (!command) throw new Misused(words[0] ?? '')
    return command.run({ world, sender, args: words.slice(command.length), block: blockOf(body) })
  } catch (error) {
    if (error instanceof Refused)
      return { body: `${world.words.phrase('failed')}\n\`\`\`\n${world.words.sentence(error.message)}\n\`\`\`` }
    if (error instanceof Misused) return { body: `${world.words.sentence('misused', error.message)}\n`, plain: true }
    throw error
  }
}

const others: Record<string, Command> = {
  '--version': ({ world }) => ({ body: world.words.sentence('version', world.release.version), plain: true }),
  '--help': ({ world }) => ({ body: world.words.sentence('help', 'users', 'token', 'server'), plain: true }),
  'server uptime': ({ world }) => ({ body: world.words.sentence('uptime', `${Math.round(process.uptime())} s`) }),
}

function find(world: World, words: string[]): { run: Command; length: number } | undefined {
  // Synapse's tokens are made through its own endpoint.
  const table = { ...others, ...userCommands(world.release), ...(world.kind === 'synapse' ? {} : tokenCommands) }
  for (const length of [1, 2]) {
    const name = words.slice(0, length).join(' ')
    const run = Object.hasOwn(table, name) ? table[name] : undefined
    if (run && words.length >= length) return { run, length }
  }
  return undefined
}

function blockOf(body: string): string[] | undefined {
  return /^[^\n]*\n```[^\n]*\n(.*?)\n?```\s*$/s.exec(body)?.[1]?.split('\n')
}
