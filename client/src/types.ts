/** The wire, as a subscriber sees it: the server's models under the names that a reader of events wants. */

import type {
  Bye,
  ErrorFrame,
  Event,
  EventFrame,
  Expiring,
  Heartbeat,
  PresenceFrame,
  ProblemField,
  Report as ReportFrame,
  Result,
  SnapshotFrame,
  View,
  Welcome,
} from "./generated/types";

export type {
  Audience,
  BegunOut,
  Campaign,
  CampaignListed,
  Combat,
  Combatant,
  Command,
  Commands,
  Condition,
  DeathSaves,
  DeviceOut,
  Display,
  Episode,
  EventType,
  FactorOut,
  HitPoints,
  HitPointsBar,
  HitPointsLabel,
  Kind,
  Layout,
  Place,
  PresenceFrame as Presence,
  PresentClient,
  RecoveryCodesOut,
  Resource,
  Result,
  SecondFactorOut,
  Since as Position,
  Status as StatusWord,
  Tier,
  TokensOut,
  UserOut,
  View,
  ViewCharacter as Character,
  Welcome,
} from "./generated/types";

/** `null` where the audience may not know. */
export type ViewHitPoints = View["characters"][string]["stats"]["hp"];

/** A partial View: only what differs. */
export type Patch = Record<string, unknown>;

/** An event as one audience gets it: `data.before` and `data.after` are the parts of the View that changed. */
export type TableEvent = Omit<Event, "data"> & { data: { before?: Patch; after?: Patch; [detail: string]: unknown } };

/** How a page is: whether it is on air (an OBS source that is visible in the program), and its delay. */
export type Report = Omit<ReportFrame, "type">;

/** RFC 9457, the same object on REST and on the socket. `code` is for programs, `detail` for people. */
export interface Problem {
  code: string;
  title?: string;
  detail?: string;
  status?: number;
  errors?: ProblemField[];
  request_id?: string | null;
  [extra: string]: unknown;
}

type Happened = Omit<EventFrame, "event"> & { event: TableEvent };
export type Snapshot = Omit<SnapshotFrame, "missed"> & { missed?: Happened[] | null };

export type ServerMessage =
  | Welcome
  | Snapshot
  | Happened
  | Result
  | Heartbeat
  | Expiring
  | PresenceFrame
  | (Omit<ErrorFrame, "error"> & { error: Problem })
  | Bye;
