/** Ways in through others: what a way that went wrong is called in the address, and what it means in words. */

const PROBLEMS: Record<string, string> = {
  provider_denied: "You said no there, so nobody was signed in.",
  provider_expired: "That took too long, or was begun in another browser. Begin once more, from here.",
  provider_failed: "The other side did not answer as it should. Try again in a moment, or take another way in.",
  provider_linked: "Your account is linked with another one of theirs. Remove that one first.",
  address_taken:
    "Your address belongs to an account here already. Sign in to that one, and link the other under Ways in.",
  identity_taken: "That account is linked with another person here. Sign in with it, or unlink it there.",
  account_disabled: "This account is disabled. Ask whoever runs the server.",
  too_many: "That was tried too often from here. Wait some minutes, then try again.",
  unavailable: "The server is busy. Try again in a moment.",
};

/** What to say of a code; of one that nobody knows, that it went wrong. */
export function problemSaid(code: string | null): string {
  return (code && Object.hasOwn(PROBLEMS, code) && PROBLEMS[code]) || "That did not work. Try again, or take another way in.";
}

export interface Provider {
  key: string;
  name: string;
}

export interface Identity {
  provider: string;
  name: string;
  linked_at: string;
  last_used_at: string | null;
  /** False where this server asks another one by that name now. */
  works: boolean;
}

/** One line of the list: a provider that is offered here, or was when it was linked. */
export interface Way {
  key: string;
  name: string;
  identity: Identity | null;
  /** Whether it may be linked: this server still knows it. */
  offered: boolean;
}

export function waysOf(providers: readonly Provider[], identities: readonly Identity[]): Way[] {
  const offered = providers.map(({ key, name }) => ({
    key,
    name,
    identity: identities.find(({ provider }) => provider === key) ?? null,
    offered: true,
  }));
  const gone = identities.filter(({ provider }) => !providers.some(({ key }) => key === provider));
  return [
    ...offered,
    ...gone.map((identity) => ({ key: identity.provider, name: identity.provider, identity, offered: false })),
  ];
}

/** Whether somebody could still sign in without this one. */
export function mayGo(way: Way, ways: readonly Way[], hasPassword: boolean): boolean {
  return hasPassword || ways.some((other) => other.identity?.works && other.key !== way.key);
}
