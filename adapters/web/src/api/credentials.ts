import { Store } from "./store.ts";

const NAME = "baton.api_key";

export interface CredentialsState {
  readonly key: string | null;
  /** The API asked for a key, or for another one than it was given. */
  readonly needed: boolean;
}

/** Where the key outlives a reload: the browser's storage, or nothing. */
export type KeyStorage = Pick<Storage, "getItem" | "setItem" | "removeItem">;

/** The API key of this browser, when the deployment has keys. */
export class Credentials extends Store<CredentialsState> {
  readonly #storage: KeyStorage | null;

  constructor(storage: KeyStorage | null) {
    super({ key: storage?.getItem(NAME) ?? null, needed: false });
    this.#storage = storage;
  }

  set(key: string): void {
    this.#storage?.setItem(NAME, key);
    this.update({ key, needed: false });
  }

  forget(): void {
    this.#storage?.removeItem(NAME);
    this.update({ key: null, needed: false });
  }

  /** The API refused `key`. What was entered meanwhile is not doubted. */
  refused(key: string | null): void {
    const { key: current, needed } = this.snapshot();
    if (key === current && !needed) this.update({ key: current, needed: true });
  }
}
