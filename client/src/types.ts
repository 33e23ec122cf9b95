/** The wire, as a subscriber sees it: the server's models, and the frames around them. */

import type { Audience, Event, View } from "./generated/types";

export type {
  Audience,
  Campaign,
  Combat,
  Combatant,
  Command,
  Commands,
  Condition,
  DeathSaves,
  Display,
  Episode,
  EventType,
  HitPoints,
  HitPointsBar,
  HitPointsLabel,
  Kind,
  Layout,
  Place,
  Resource,
  Status as StatusWord,
  Tier,
  View,
  ViewCharacter as Character,
} from "./generated/types";

/** `null` where the audience may not know. */
export type ViewHitPoints = View["characters"][string]["stats"]["hp"];

/** A partial View: only what differs. */
export type Patch = Record<string, unknown>;

/** An event as one audience gets it: `data.before` and `data.after` are the parts of the View that changed. */
export type TableEvent = Omit<Event, "data"> & { data: { before?: Patch; after?: Patch; [detail: string]: unknown } };

/** A place in a campaign's log. Another `epoch` is another log. */
export interface Position {
  epoch: string;
  seq: number;
}

export interface Welcome {
  type: "welcome";
  protocol: number | string;
  server: string;
  campaign: string;
  audience: Audience;
  role: string | null;
  epoch: string;
  seq: number;
  resumed: boolean;
  heartbeat_s: number;
  expires_at?: string | null;
}

/** RFC 9457, the same object on REST and on the socket. `code` is for programs, `detail` for people. */
export interface Problem {
  code: string;
  title?: string;
  detail?: string;
  status?: number;
  errors?: { pointer: string; detail: string }[];
  request_id?: string | null;
  retry_after_ms?: number;
  [extra: string]: unknown;
}

export interface Result {
  type: "result";
  id: string;
  ok: boolean;
  seq?: number | null;
  error?: Problem | null;
}

/** How a page is: whether it is on air (an OBS source that is visible in the program), and its delay. */
export interface Report {
  on_air?: boolean | null;
  lag_ms?: number | null;
}

/** `slow`: bytes wait for it; `stale`: it used to report, and fell silent. */
export interface PresentClient {
  id: string;
  kind: string;
  name: string | null;
  version: string | null;
  audience: Audience;
  state: "live" | "slow" | "stale";
  on_air: boolean | null;
  lag_ms: number | null;
  since: string;
  last_seen: string;
}

/** `total` counts all, `clients` names at most 60, those in trouble first. */
export interface Presence {
  type: "presence";
  total: number;
  clients: PresentClient[];
}

export type ServerMessage =
  | Welcome
  | { type: "snapshot"; seq: number; state: View }
  | { type: "event"; seq: number; event: TableEvent }
  | Result
  | { type: "heartbeat"; seq: number }
  | Presence
  | { type: "error"; error: Problem }
  | { type: "bye"; code: number; reason: string; reconnect: boolean; retry_after_ms?: number | null };
