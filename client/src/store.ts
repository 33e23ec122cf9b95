export interface Readable<T> {
  get(): T;
  /** Calls at once with the present value and on each change; answers how to stop. Svelte's store contract. */
  subscribe(listener: (value: T) => void): () => void;
}

export class Store<T> implements Readable<T> {
  #value: T;
  #listeners = new Set<(value: T) => void>();

  constructor(value: T) {
    this.#value = value;
  }

  get(): T {
    return this.#value;
  }

  set(value: T): void {
    this.#value = value;
    for (const listener of [...this.#listeners]) guarded(() => listener(value));
  }

  subscribe(listener: (value: T) => void): () => void {
    const stop = this.listen(listener);
    listener(this.#value);
    return stop;
  }

  /** Like `subscribe`, but only for what comes. */
  listen(listener: (value: T) => void): () => void {
    const own = (value: T): void => listener(value);
    this.#listeners.add(own);
    return () => this.#listeners.delete(own);
  }
}

/** A listener that throws is its page's fault: it is reported there, and the socket lives on. */
export function guarded(run: () => void): void {
  try {
    run();
  } catch (error) {
    queueMicrotask(() => {
      throw error;
    });
  }
}
