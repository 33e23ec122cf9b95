/** The person who is signed in, and what signs them in and out. */

import type { SecondFactorOut, TokensOut, UserOut } from "@tablecast/client";

import type { Passport } from "../api/passport";
import { type Proof, Rest } from "../api/rest";
import { keepPlace } from "../lib/kept-place";
import { problemOf } from "../lib/problem";
import type { Problem } from "../lib/model";
import type { Provider } from "../lib/ways";
import type { FactorProof } from "./factor.svelte";

export interface SignUp {
  email: string;
  username: string;
  password: string;
  full_name?: string;
}

/** What they may on the whole server, whether they may anything yet, and whether they have a password. */
interface Me {
  permissions: readonly string[];
  must_enrol: boolean;
  has_password: boolean;
}

/** `asking`: whoever was signed in before is looked for · `lost`: the server could not be asked. */
export type Phase = "asking" | "in" | "out" | "lost";

export class Account {
  user = $state.raw<UserOut | null>(null);
  phase = $state<Phase>("asking");
  /** What they may do on the whole server; null until it was asked. */
  permissions = $state.raw<readonly string[] | null>(null);
  /** This server asks everyone for a second factor, and they have none: nothing else goes before that. */
  mustEnrol = $state(false);
  /** Whether they have one: who came through a provider may not. Null until it was asked. */
  hasPassword = $state<boolean | null>(null);
  /** Why the server could not be asked. */
  problem = $state.raw<Problem | null>(null);
  /** Asks as this person. */
  readonly rest: Rest;
  readonly #anybody: Rest;
  /** Whether the end of the last sign-in was asked for, in this tab: then nobody needs to be told of it. */
  left = false;
  /** Somebody signed in just now, in this tab. */
  onEnter: () => void = () => undefined;

  constructor(
    readonly passport: Passport,
    makeRest: (proof: Proof | null) => Rest = (proof) => new Rest(proof),
  ) {
    this.rest = makeRest(proofOf(passport));
    this.#anybody = makeRest(null);
    this.phase = passport.isKept ? "asking" : "out";
    passport.onChange((access) => {
      if (access?.user.id !== this.user?.id) {
        this.permissions = this.hasPassword = null;
        this.mustEnrol = false;
      }
      this.user = access?.user ?? null;
      this.phase = access ? "in" : "out";
    });
  }

  /** Look for whoever was signed in here before. */
  async open(): Promise<void> {
    if (!this.passport.isKept) return;
    this.phase = "asking";
    try {
      await this.passport.renew();
    } catch (thrown) {
      this.problem = problemOf(thrown);
      if (this.phase === "asking") this.phase = "lost";
    }
  }

  /**
   * Each of these rejects with `Refused`. `name` is a username or an e-mail address. Answers with what the second factor
   * is shown with where one is on: then nobody is signed in yet.
   */
  async signIn(name: string, password: string): Promise<string | null> {
    const asked = { login: name, password };
    const answer = await this.#anybody.send<TokensOut | SecondFactorOut>("POST", "/auth/login", asked);
    if ("second_factor_token" in answer) return answer.second_factor_token;
    this.#enter(answer);
    return null;
  }

  async showFactor(second_factor_token: string, proof: FactorProof): Promise<void> {
    const asked = { second_factor_token, ...proof };
    this.#enter(await this.#anybody.send<TokensOut>("POST", "/auth/login/second-factor", asked));
  }

  async signUp(form: SignUp): Promise<void> {
    this.#enter(await this.#anybody.send<TokensOut>("POST", "/auth/register", form));
  }

  /** Through whom one may sign in here. */
  async providers(): Promise<readonly Provider[]> {
    return this.#anybody.get<Provider[]>("/auth/providers");
  }

  /** Leave for a provider, to sign in or up; `wanted` is the page to be at in the end. */
  async setOut(key: string, wanted: string | null): Promise<void> {
    const path = `/auth/providers/${key}/start`;
    const asked = { return_to: "/panel/#arrived" };
    const { authorization_url } = await this.#anybody.send<{ authorization_url: string }>("POST", path, asked);
    keepPlace(sessionStorage, wanted);
    location.assign(authorization_url);
  }

  /** Back from there: the cookie says who is signed in. */
  async arrive(): Promise<void> {
    await this.passport.renew();
    this.left = false;
    this.onEnter();
  }

  /** The account of whoever runs the server, by the link that it printed. */
  async own(token: string, form: SignUp): Promise<void> {
    this.#enter(await this.#anybody.send<TokensOut>("POST", "/auth/owner", { token, ...form }));
  }

  /** Use a mailed link about an address; as the one who is signed in, if anybody is. */
  async follow(path: string, body: { token: string | null; password?: string }): Promise<UserOut> {
    const user = await (this.user ? this.rest : this.#anybody).send<UserOut>("POST", path, body);
    if (user.id === this.user?.id) this.passport.learn(user);
    return user;
  }

  /** The same answer whether anybody has that address. The username is the account's that is meant, where others name it too. */
  async forgot(email: string, username = ""): Promise<void> {
    await this.#anybody.send("POST", "/auth/forgot", username ? { email, username } : { email });
  }

  /** Signs nobody in, and everybody out. */
  async reset(token: string, new_password: string): Promise<void> {
    await this.#anybody.send("POST", "/auth/reset", { token, new_password });
    await this.check();
  }

  /** The lost second factor goes: signs nobody in, and everybody out. */
  async loseFactor(token: string, password: string): Promise<void> {
    await this.#anybody.send("POST", "/auth/second-factor/lost", { token, password });
    await this.check();
  }

  /** The sign-in of this browser may have ended by what was just done; the server knows. */
  async check(): Promise<void> {
    if (this.passport.isKept) await this.passport.renew().catch(() => undefined);
  }

  /** Every other device is signed out, and this one begun anew. */
  async changePassword(current_password: string, new_password: string): Promise<void> {
    const asked = { current_password, new_password };
    await this.passport.replace(() => this.rest.send<TokensOut>("POST", "/users/me/password", asked));
  }

  /** Only what is named changes. */
  async change(fields: { username?: string; full_name?: string | null }): Promise<void> {
    this.passport.learn(await this.rest.send<UserOut>("PATCH", "/users/me", fields));
  }

  /** What may have changed elsewhere: in another tab, or by a link in a mail. */
  async look(): Promise<void> {
    this.passport.learn(await this.rest.get<UserOut>("/users/me"));
  }

  /**
   * For pages that only some may see, or nobody yet, or only with a password; where the server can't be asked they stay
   * out of sight. `anew`: also where it is known how it was.
   */
  async learnRights(anew = false): Promise<void> {
    if ((this.permissions !== null && !anew) || !this.user) return;
    const { id } = this.user;
    const me = await this.rest.get<Me>("/users/me").catch(() => null);
    if (!me || this.user?.id !== id) return;
    this.permissions = me.permissions;
    this.mustEnrol = me.must_enrol;
    this.hasPassword = me.has_password;
  }

  may(permission: string): boolean {
    return this.permissions?.includes(permission) ?? false;
  }

  #enter(tokens: TokensOut): void {
    this.left = false;
    this.passport.take(tokens);
    this.onEnter();
  }

  /** The cookie says who; the server is told first, so that signed out is signed out. */
  async signOut(): Promise<void> {
    await this.#anybody.send("POST", "/auth/logout", {}).catch((thrown: unknown) => {
      if (problemOf(thrown).code !== "unauthenticated") throw thrown;
    });
    this.#leave();
  }

  /** The password is needed where the sign-in is not a recent one: `reauthenticate` says so. */
  async signOutEverywhere(password?: string): Promise<void> {
    await this.rest.send("DELETE", "/users/me/sessions", password === undefined ? undefined : { password });
    this.#leave();
  }

  /** The account and everything personal; there is no way back. `before` the page forgets who it was. */
  async erase(password: string, before: () => void): Promise<void> {
    await this.rest.send("DELETE", "/users/me", { password });
    before();
    this.#leave();
  }

  #leave(): void {
    this.left = true;
    this.passport.drop(true);
  }
}

function proofOf(passport: Passport): Proof {
  return {
    headers: async () => ({ Authorization: `Bearer ${await passport.fresh()}` }),
    renew: () =>
      passport.renew().then(
        () => true,
        () => false,
      ),
  };
}
