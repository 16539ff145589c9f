/**
 * What the simulated server speaks as: a release of continuwuity (the current one is the default; the next one was recorded
 * before it was published), or its sibling tuwunel 1.9.0 with one of the settings that it has for long replies.
 */
export type Release = '26.7' | '26.8' | 'tuwunel' | 'tuwunel-chain' | 'tuwunel-threads'

export interface ReleaseFacts {
  /** What it calls itself, and where it says so beside the federation API. */
  server: { name: string; path: string }
  version: string
  /** Whether a deactivated account reads as a missing one where an account's state is asked for. */
  hidesDeactivated: boolean
  /** Whether the state of another admin, the bot among them, is refused. */
  hidesAdmins: boolean
  /** Whether the state of one's own account is refused, and the bot, who is deactivated, reads as missing before as an admin. */
  hidesOneself: boolean
  /** Whether an id of another server is refused as such instead of being missing. */
  knowsForeign: boolean
  /** Whether only admins find account moderation among the capabilities. */
  capabilitiesTellAdmins: boolean
  /** Whether PUT `/admin/lock` suspends. */
  lockSuspends: boolean
  /** Whether the bot knows `users suspend`, `unsuspend`, `lock`, `unlock` and `logout`, and `users reset-password --logout`. */
  moderatesInRoom: boolean
  /** Whether resetting the password of an unknown or deactivated account makes one, and deactivating an unknown one blocks the name. */
  makesGhosts: boolean
  /** Whether the list has the deactivated accounts and the bot's own. */
  listsDeactivated: boolean
  /** Whether the bot announces that a deactivated account leaves its rooms. */
  announcesLeaving: boolean
  /** Whether `users create` and `users list` are understood beside `users create-user` and `users list-users`. */
  shortWords: boolean
  /** Whether `token issue` takes `--once` and `--max-age` together. */
  combinesTerms: boolean
  /** Whether it has Synapse's API for registration tokens and for the devices of an account. */
  synapseApi: boolean
  /** Whether a token from its console, not the configured one, registers the first account. */
  consoleToken: boolean
  /** Whether every token is invalid while registration is closed, except the first account's. */
  closedInvalidates: boolean
  /** Whether it has a sign-up page of its own. */
  signUpPage: boolean
  /** Whether media can be fetched without a token. */
  openMedia: boolean
  /** How many notices about one registration the bot writes into the admin room. */
  registrationNotices: number
  /** How replies that one event cannot hold are split; without it such a reply is a file that relates to nothing. */
  split?: Split
}

export interface Split {
  /** How many events a reply may take; a longer one is a file that relates as the first of them would. */
  events: number
  /** Whether replies are children of a thread on the command instead of replies to it and to each other. */
  threads: boolean
}

const continuwuity: ReleaseFacts = {
  server: { name: 'continuwuity', path: '/_continuwuity/server_version' },
  version: '26.7.3',
  hidesDeactivated: false,
  hidesAdmins: false,
  hidesOneself: false,
  knowsForeign: false,
  capabilitiesTellAdmins: false,
  lockSuspends: true,
  moderatesInRoom: true,
  makesGhosts: false,
  listsDeactivated: true,
  announcesLeaving: true,
  shortWords: false,
  combinesTerms: false,
  synapseApi: false,
  consoleToken: true,
  closedInvalidates: true,
  signUpPage: true,
  openMedia: true,
  registrationNotices: 1,
}

const tuwunel: ReleaseFacts = {
  server: { name: 'Tuwunel', path: '/_tuwunel/server_version' },
  version: '1.9.0',
  hidesDeactivated: true,
  hidesAdmins: true,
  hidesOneself: true,
  knowsForeign: true,
  capabilitiesTellAdmins: true,
  lockSuspends: false,
  moderatesInRoom: false,
  makesGhosts: true,
  listsDeactivated: false,
  announcesLeaving: false,
  shortWords: true,
  combinesTerms: true,
  synapseApi: true,
  consoleToken: false,
  closedInvalidates: false,
  signUpPage: false,
  openMedia: false,
  registrationNotices: 1,
  split: { events: 1, threads: false },
}

const releases: Record<Release, ReleaseFacts> = {
  '26.7': continuwuity,
  '26.8': {
    ...continuwuity,
    version: '26.8.0-alpha.1',
    hidesDeactivated: true,
    hidesAdmins: true,
    knowsForeign: true,
    lockSuspends: false,
    shortWords: true,
    registrationNotices: 2,
  },
  tuwunel,
  'tuwunel-chain': { ...tuwunel, split: { events: 5, threads: false } },
  'tuwunel-threads': { ...tuwunel, split: { events: 5, threads: true } },
}

/** Those of continuwuity, of which there are recordings, oldest first. */
export const allReleases: readonly Release[] = ['26.7', '26.8']

/** All that the simulated server can speak as, continuwuity's first. */
export const allVoices = Object.keys(releases) as Release[]

/** The facts of a release; without one, of MATRIX_TEST_RELEASE, so that a whole suite can be run on another. */
export function releaseFacts(release: string = process.env.MATRIX_TEST_RELEASE || '26.7'): ReleaseFacts {
  const facts = releases[release as Release]
  if (!facts) throw new Error(`no such release "${release}", there are ${allVoices.join(', ')}`)
  return facts
}
