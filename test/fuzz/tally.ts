import type { Ran } from './case.ts'

/** Cases after which it says how far it is. */
const step = Number(process.env.STEP || 1000)

/** Counts what became of the cases, and says it. */
export class Tally {
  readonly #seed: string
  readonly #started = Date.now()
  readonly #codes = new Map<string, number>()
  readonly #broken = new Map<string, number>()
  readonly #last: Ran[] = []
  #cases = 0
  #failed = 0
  /** What fails where nothing is wrong. */
  #unsound = 0
  #faults = 0
  #fired = 0
  #megabytes = 0
  #ms = 0

  constructor(seed: string) {
    this.#seed = seed
    console.log(`seed ${seed}`)
  }

  /** What ran on a sound homeserver. */
  sound(ran: Ran): void {
    if (ran.broken.length === 0) return
    this.#unsound += 1
    show(ran)
  }

  add(number: number, ran: Ran): void {
    this.#cases += 1
    this.#codes.set(ran.code, (this.#codes.get(ran.code) ?? 0) + 1)
    this.#faults += ran.faults
    this.#fired += ran.fired
    this.#megabytes = Math.max(this.#megabytes, ran.megabytes)
    this.#ms = Math.max(this.#ms, ran.ms)
    if (ran.broken.length > 0) this.#failed += 1
    const figures = `${ran.code}, ${Math.round(ran.ms)} ms, ${Math.round(ran.megabytes)} MB`
    const line = `SEED=${this.#seed} CASE=${number} make test-fuzz  # ${ran.title} (${figures})`
    for (const promise of ran.broken) {
      console.log(`${promise}: ${line}`)
      this.#broken.set(promise, (this.#broken.get(promise) ?? 0) + 1)
    }
    this.#last[0] = ran
    if (this.#cases % step === 0) console.log(this.#figures())
  }

  /** Says everything, the last case in full if it is wanted. Gives the exit code. */
  end(wantsLast: boolean): 0 | 1 {
    const [last] = this.#last
    if (wantsLast && last) show(last)
    for (const [promise, times] of this.#broken) console.log(`${promise}: ${times}`)
    const codes = [...this.#codes].sort().map(([code, times]) => `${code}: ${times}`)
    console.log(`\nexit codes and answers: ${codes.join(', ')}\n${this.#figures()}`)
    if (this.#unsound > 0) console.log(`${this.#unsound} scenarios fail on a sound homeserver`)
    return this.#failed + this.#unsound === 0 ? 0 : 1
  }

  #figures(): string {
    const seconds = (Date.now() - this.#started) / 1000
    return (
      `${this.#cases} cases, ${this.#failed} with a broken promise, seed ${this.#seed}; ${this.#fired} of ${this.#faults} faults ` +
      `came true; at most ${Math.round(this.#megabytes)} MB and ${this.#ms} ms; ${seconds.toFixed(0)} s`
    )
  }
}

function show({ title, code, ms, megabytes, broken, report }: Ran): void {
  const figures = `${code}, ${ms} ms, ${Math.round(megabytes)} MB`
  console.log(`${title}\n${figures}\nbroken: ${broken.join('; ') || 'nothing'}\n${report()}`)
}
