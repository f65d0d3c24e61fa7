/** A value that takes time to build and is then exchanged at once. When builds overlap, the latest one stands. */
export class LatestBuild<Value> {
  #value: Value | null = null;
  #builds = 0;

  get value(): Value | null {
    return this.#value;
  }

  async replace(build: () => Promise<Value>): Promise<void> {
    this.#builds += 1;
    const number = this.#builds;
    const value = await build();
    if (number === this.#builds) this.#value = value;
  }
}
