/** Every password, access token and registration token that this server ever gave out. */
export class Secrets {
  readonly #all = new Set<string>()

  add(secret: string): void {
    if (secret !== '') this.#all.add(secret)
  }

  list(): string[] {
    return [...this.#all]
  }
}
