/**
 * A person's sign-in, shared by the tabs of this browser. The refresh token is in a cookie that scripts can't read; the
 * access token is only in memory, and renewed before it ends by one tab for all.
 */

import type { TokensOut, UserOut } from "@tablecast/client";

import { problemOf } from "../lib/problem";
import type { Shelf } from "./credential";

/** Renewed so long before its end: the server warns sockets a minute before, and a try may fail. */
export const AHEAD_MS = 120_000;
/** With less left it is not sent any more: it could end on its way. */
export const LEAST_MS = 10_000;
/** Until the next try where the server can't be reached, doubled up to the longest. */
export const AGAIN_MS = 5_000;
export const LONGEST_MS = 60_000;
const KEY = "tablecast.person";
/** The server's words for a sign-in that is over; everything else may pass. */
const OVER = ["invalid_grant", "unauthenticated"];

export interface Access {
  token: string;
  /** Milliseconds since 1970, by this machine's clock. */
  until: number;
  user: UserOut;
}

/** What one tab tells the others. `left`: the person went on purpose. */
export type News = { access: Access | null; left?: boolean };

export interface World {
  now(): number;
  after(ms: number, run: () => void): () => void;
  onWake(run: () => void): () => void;
  /** New tokens for the cookie. Rejects with `Refused`. */
  refresh(): Promise<TokensOut>;
  /** Run it while no other tab of this browser runs its own. */
  alone<T>(run: () => Promise<T>): Promise<T>;
  tell(news: News): void;
  onNews(hear: (news: News) => void): void;
  shelf: Shelf;
}

export class Passport {
  /** Whether the last sign-in of this browser was ended here on purpose, in whichever tab. */
  left = false;
  #access: Access | null = null;
  #renewing: Promise<Access> | null = null;
  #tries = 0;
  #cancel = (): void => undefined;
  readonly #listeners = new Set<(access: Access | null) => void>();

  constructor(private readonly world: World) {
    world.onNews(({ access, left = false }) => this.#hold(access, left));
    world.onWake(() => this.#wake());
  }

  get access(): Access | null {
    return this.#access;
  }

  /** Whether somebody was signed in here, as far as a page can know without asking the server. */
  get isKept(): boolean {
    return this.#access !== null || this.world.shelf.getItem(KEY) !== null;
  }

  /** Hear of every new token, and of the end (null); answers how to stop. */
  onChange(listener: (access: Access | null) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Signed in just now, in this tab. */
  take(tokens: TokensOut): void {
    const { access_token, expires_in, user } = tokens;
    const access = { token: access_token, until: this.world.now() + expires_in * 1000, user };
    this.#hold(access);
    this.world.tell({ access });
  }

  /** The same sign-in, with what is known anew about the person. */
  learn(user: UserOut): void {
    if (!this.#access) return;
    const access = { ...this.#access, user };
    this.#hold(access);
    this.world.tell({ access });
  }

  /** Signed out, in every tab. `left`: on purpose. */
  drop(left = false): void {
    this.#hold(null, left);
    this.world.tell({ access: null, left });
  }

  /** A token that may be sent now. Rejects with `Refused`. */
  async fresh(): Promise<string> {
    return this.#lasts(LEAST_MS) ? this.#access!.token : (await this.renew()).token;
  }

  /** Ask for what ends this sign-in and begins another one: meanwhile nobody, in no tab, renews the old one. */
  async replace(ask: () => Promise<TokensOut>): Promise<void> {
    const replacing = this.world.alone(async () => {
      this.take(await ask());
      return this.#access!;
    });
    this.#renewing = replacing.finally(() => (this.#renewing = null));
    await this.#renewing;
  }

  /** Newer tokens, one exchange at a time. Rejects with `Refused`; where the sign-in is over, that is told too. */
  renew(): Promise<Access> {
    this.#renewing ??= this.#exchange().finally(() => (this.#renewing = null));
    return this.#renewing;
  }

  async #exchange(): Promise<Access> {
    const had = this.#access;
    try {
      return await this.world.alone(async () => {
        const others = this.#access;
        if (others && others !== had && this.#lasts(LEAST_MS)) return others;
        this.take(await this.world.refresh());
        return this.#access!;
      });
    } catch (thrown) {
      if (OVER.includes(problemOf(thrown).code)) this.drop();
      else this.#plan(Math.min(LONGEST_MS, AGAIN_MS * 2 ** this.#tries++));
      throw thrown;
    }
  }

  #lasts(ms: number): boolean {
    return this.#access !== null && this.#access.until - this.world.now() > ms;
  }

  #hold(access: Access | null, left = false): void {
    this.#access = access;
    this.left = left;
    this.#tries = 0;
    this.#cancel();
    if (access) {
      this.world.shelf.setItem(KEY, access.user.username);
      this.#plan(access.until - this.world.now() - AHEAD_MS);
    } else {
      this.world.shelf.removeItem(KEY);
    }
    for (const listener of [...this.#listeners]) listener(access);
  }

  #plan(ms: number): void {
    this.#cancel();
    this.#cancel = this.world.after(Math.max(0, ms), () => this.#quietly());
  }

  /** Timers stand still while a laptop sleeps. */
  #wake(): void {
    if (this.#access && !this.#lasts(AHEAD_MS)) this.#quietly();
  }

  /** Nobody waits for this one: what goes wrong was planned anew or told already. */
  #quietly(): void {
    this.renew().catch(() => undefined);
  }
}
