/** People and their roles in words. */

export interface Person {
  username: string;
  full_name: string | null;
}

export interface RoleWord<R extends string = string> {
  key: R;
  label: string;
  means: string;
}

export type CampaignRole = "owner" | "gm" | "player" | "moderator" | "viewer";
export type GroupRole = "owner" | "member";

export const CAMPAIGN_ROLES: readonly RoleWord<CampaignRole>[] = [
  { key: "owner", label: "Owner", means: "may everything, also delete the campaign" },
  { key: "gm", label: "Game master", means: "runs the table and sees what is hidden" },
  { key: "moderator", label: "Moderator", means: "arranges the overlay and announces, but changes no character" },
  { key: "player", label: "Player", means: "changes the characters they play, and sees the table" },
  { key: "viewer", label: "Viewer", means: "watches, as the stream does" },
];

export const GROUP_ROLES: readonly RoleWord<GroupRole>[] = [
  { key: "owner", label: "Owner", means: "invites, removes and renames" },
  { key: "member", label: "Member", means: "belongs to the group" },
];

const WORDS: ReadonlyMap<string, string> = new Map(
  [...GROUP_ROLES, ...CAMPAIGN_ROLES].map(({ key, label }): [string, string] => [key, label]),
);

export function roleWord(role: string): string {
  return WORDS.get(role) ?? role;
}

/** How somebody is called: by their full name where they gave one. */
export function called({ full_name, username }: Person): string {
  return full_name?.trim() || username;
}

/** The roles that a link may carry: an owner is named by name, never by whoever finds a link. */
export function byLink<R extends string>(roles: readonly RoleWord<R>[]): readonly RoleWord<R>[] {
  return roles.filter(({ key }) => key !== "owner");
}

/** Nobody gives more than they have: only an owner makes owners. */
export function grantable<R extends string>(roles: readonly RoleWord<R>[], own: string | null): readonly RoleWord<R>[] {
  return own === "owner" ? roles : byLink(roles);
}

const RANKS: readonly string[] = ["viewer", "member", "moderator", "player", "gm", "owner"];

/** The roles that are no less than this one: nobody can be less than what a group of theirs gives them. */
export function notLess<R extends string>(roles: readonly RoleWord<R>[], than: string): readonly RoleWord<R>[] {
  return roles.filter(({ key }) => RANKS.indexOf(key) >= RANKS.indexOf(than));
}

const HOUR_S = 3600;
const DAY_S = 24 * HOUR_S;

/** How long an invitation may live; a week is the server's own choice. */
export const LIVES = [
  { seconds: DAY_S, label: "1 day" },
  { seconds: 7 * DAY_S, label: "7 days" },
  { seconds: 30 * DAY_S, label: "30 days" },
] as const;

/** "in 6 days", "in 3 h", "in 12 min", or "over". */
export function ends(iso: string, now: number): string {
  const seconds = Math.round((Date.parse(iso) - now) / 1000);
  if (seconds <= 0) return "over";
  if (seconds < HOUR_S) return `in ${Math.max(1, Math.round(seconds / 60))} min`;
  if (seconds < 2 * DAY_S) return `in ${Math.round(seconds / HOUR_S)} h`;
  return `in ${Math.round(seconds / DAY_S)} days`;
}

/** "used once", "used 2 of 5 times", "used 3 times", "not used yet". */
export function used(uses: number, most: number | null): string {
  if (most === 1) return uses ? "used" : "for one person";
  if (most !== null) return `used ${uses} of ${most} times`;
  return uses === 0 ? "not used yet" : uses === 1 ? "used once" : `used ${uses} times`;
}
