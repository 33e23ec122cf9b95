/** Pages outside of a campaign, by the address's fragment: `#sign-up`, or `#verify=…` where a link brings a secret. */

import type { Component } from "svelte";

export interface EntranceProps {
  /** What a link brought; it has left the address already. Null where the page was opened without one. */
  secret: string | null;
}

interface Entrance {
  title: string;
  /** Only for a person: whoever is not signed in does that first, and comes back here by itself. */
  signedIn?: boolean;
  /** A component that takes `EntranceProps`, or nothing; no type says both. */
  load(): Promise<{ default: Component<any> }>;
}

/** A new page is one more line here; `route.svelte.ts` has the pages of an open campaign, by other names. */
export const ENTRANCES = {
  "sign-in": { title: "Sign in", load: () => import("../account/SignInPage.svelte") },
  "second-factor": { title: "Sign in", load: () => import("../account/SecondFactorPage.svelte") },
  "sign-up": { title: "Make an account", load: () => import("../account/SignUpPage.svelte") },
  "sign-in-token": { title: "Sign in with a token", load: () => import("../sign-in/TokenPage.svelte") },
  forgot: { title: "Forgot your password?", load: () => import("../account/ForgotPage.svelte") },
  reset: { title: "A new password", load: () => import("../account/ResetPage.svelte") },
  "lost-factor": { title: "Remove your second factor", load: () => import("../account/LostFactorPage.svelte") },
  verify: { title: "Confirm your e-mail address", load: () => import("../account/VerifyPage.svelte") },
  email: { title: "Confirm your new address", load: () => import("../account/EmailPage.svelte") },
  "undo-email": { title: "Take your address back", load: () => import("../account/UndoEmailPage.svelte") },
  owner: { title: "Make this server yours", load: () => import("../account/OwnerPage.svelte") },
  account: { title: "Profile", signedIn: true, load: () => import("../account/ProfilePage.svelte") },
  password: { title: "Password", signedIn: true, load: () => import("../account/PasswordPage.svelte") },
  "ways-in": { title: "Ways in", signedIn: true, load: () => import("../account/WaysInPage.svelte") },
  arrived: { title: "Signing in", load: () => import("../account/ArrivedPage.svelte") },
  problem: { title: "Sign in", load: () => import("../account/ProblemPage.svelte") },
  "new-email": { title: "Another e-mail address", signedIn: true, load: () => import("../account/NewEmailPage.svelte") },
  security: { title: "Second factor", signedIn: true, load: () => import("../account/FactorPage.svelte") },
  devices: { title: "Devices", signedIn: true, load: () => import("../account/DevicesPage.svelte") },
  data: { title: "Your data", signedIn: true, load: () => import("../account/DataPage.svelte") },
  "delete-account": { title: "Delete your account", signedIn: true, load: () => import("../account/DeletePage.svelte") },
  goodbye: { title: "Goodbye", load: () => import("../account/GoodbyePage.svelte") },
  invite: { title: "An invitation", load: () => import("../people/AcceptPage.svelte") },
  groups: { title: "Groups", signedIn: true, load: () => import("../people/GroupsPage.svelte") },
  users: { title: "Users", signedIn: true, load: () => import("../admin/UsersPage.svelte") },
  roles: { title: "Roles", signedIn: true, load: () => import("../admin/RolesPage.svelte") },
  audit: { title: "Audit log", signedIn: true, load: () => import("../admin/AuditPage.svelte") },
} satisfies Record<string, Entrance>;

export type EntranceName = keyof typeof ENTRANCES;

export function isEntrance(name: string): name is EntranceName {
  return Object.hasOwn(ENTRANCES, name);
}

export interface Opened {
  name: EntranceName;
  entrance: Entrance;
  secret: string | null;
}

/**
 * Whether it is for people who have their second factor, where everyone needs one. What a mailed link brings is not, nor
 * naming an address for a first password.
 */
export function waitsForFactor({ name, entrance }: Opened): boolean {
  return name === "invite" || (entrance.signedIn === true && name !== "new-email");
}

/** The page that a fragment names, or null where it names none of these. */
export function opened(hash: string): Opened | null {
  const [name = "", ...rest] = hash.replace(/^#/, "").split("=");
  if (!Object.hasOwn(ENTRANCES, name)) return null;
  const known = name as EntranceName;
  return { name: known, entrance: ENTRANCES[known], secret: rest.join("=").trim() || null };
}
