/** A release of continuwuity. The current one is the default; the next one was recorded before it was published. */
export type Release = '26.7' | '26.8'

export interface ReleaseFacts {
  version: string
  /** Whether a deactivated account reads as a missing one where an account's state is asked for. */
  hidesDeactivated: boolean
  /** Whether the state of another admin, the bot among them, is refused. */
  hidesAdmins: boolean
  /** Whether an id of another server is refused as such instead of being missing. */
  knowsForeign: boolean
  /** Whether `users create` and `users list` are understood beside `users create-user` and `users list-users`. */
  shortWords: boolean
  /** How many notices about one registration the bot writes into the admin room. */
  registrationNotices: number
}

/** All that the two recordings differ in. */
const releases: Record<Release, ReleaseFacts> = {
  '26.7': {
    version: '26.7.3',
    hidesDeactivated: false,
    hidesAdmins: false,
    knowsForeign: false,
    shortWords: false,
    registrationNotices: 1,
  },
  '26.8': {
    version: '26.8.0-alpha.1',
    hidesDeactivated: true,
    hidesAdmins: true,
    knowsForeign: true,
    shortWords: true,
    registrationNotices: 2,
  },
}

/** The releases that the simulated server speaks, oldest first. */
export const allReleases = Object.keys(releases) as Release[]

/** The facts of a release; without one, of MATRIX_TEST_RELEASE, so that a whole suite can be run on another. */
export function releaseFacts(release: string = process.env.MATRIX_TEST_RELEASE || '26.7'): ReleaseFacts {
  const facts = releases[release as Release]
  if (!facts) throw new Error(`no such release "${release}", there are ${allReleases.join(' and ')}`)
  return facts
}
