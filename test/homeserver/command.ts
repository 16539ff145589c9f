import type { World } from './world.ts'

/** What the bot answers; plain answers have no formatted body. */
export interface Answer {
  body: string
  plain?: true
}

export interface Call {
  world: World
  sender: string
  args: string[]
  /** The lines of the fenced block behind the command. */
  block: string[] | undefined
}

/** The command was understood but cannot be done. */
export class Refused extends Error {}

/** The command line itself is wrong. */
export class Misused extends Error {}

export type Command = (call: Call) => Answer
