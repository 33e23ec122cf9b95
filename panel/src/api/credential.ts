/** What this browser holds to prove who it is, and the links that bring it. */

export interface Session {
  /** Null for the person who is signed in: their tokens are in the passport, not in storage. */
  readonly token: string | null;
  /** Id of the campaign that is open; null where this credential has several and none is chosen. */
  readonly campaign: string | null;
  /** Whether there are other campaigns to choose. */
  readonly many: boolean;
}

/** The token of a sign-in link's fragment, or null. A fragment never reaches a server or its log. */
export function tokenIn(hash: string): string | null {
  const token = new URLSearchParams(hash.replace(/^#/, "")).get("token");
  return token ? token.trim() : null;
}

export function isOneTime(token: string): boolean {
  return token.startsWith("one_");
}

const KEY = "tablecast.session";

export interface Shelf {
  getItem(key: string): string | null;
  setItem(key: string, value: string): void;
  removeItem(key: string): void;
}

/** The stored session, or null where there is none or it can't be read. */
export function stored(shelf: Shelf): Session | null {
  try {
    const value = JSON.parse(shelf.getItem(KEY) ?? "null") as Partial<Session> | null;
    if (typeof value?.token !== "string" && value?.token !== null) return null;
    return { token: value.token, campaign: value.campaign ?? null, many: value.many === true };
  } catch {
    return null; // somebody else's or an older page's value
  }
}

export function store(shelf: Shelf, session: Session | null): void {
  if (session) shelf.setItem(KEY, JSON.stringify(session));
  else shelf.removeItem(KEY);
}
