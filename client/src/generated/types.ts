// Generated from the server's models by `make docs`. Do not edit.

export type Audience = "gm" | "table" | "public";

export type Kind = "pc" | "npc" | "monster";

export type Display = "exact" | "bar" | "label" | "hidden";

export type Status = "dead" | "stable" | "dying" | "bloodied" | "healthy";

export type Tier = "large" | "medium" | "compact";

export type RulesetKey = "freeform" | "5e-2014" | "5e-2024";

export type EventType = "hp_change" | "condition" | "death_save" | "concentration" | "resource" | "combat" | "roster" | "layout" | "character" | "campaign" | "episode" | "visibility" | "roll" | "custom";

export type ProblemCode = "invalid_request" | "unauthenticated" | "invalid_grant" | "forbidden" | "password_missing" | "second_factor_needed" | "reauthenticate" | "not_found" | "method_not_allowed" | "conflict" | "already_exists" | "command_id_reused" | "last_way_in" | "link_ended" | "too_large" | "unsupported_media" | "invalid" | "rule_refused" | "too_many" | "internal" | "unavailable";

/** Who did it. Audiences other than the game master see only `kind`. */
export interface Actor {
  kind: "server" | "admin" | "gm" | "player" | "symbiote" | "user";
  id?: string;
  name?: string;
}

export interface AddCondition {
  cause?: string | null;
  source?: string | null;
  silent?: boolean;
  character_id: string;
  key: string;
  value?: number | null;
  label?: string | null;
  note?: string | null;
  duration?: DurationIn | null;
  hidden?: boolean;
  concentration_by?: string | null;
}

export interface AdjustResource {
  cause?: string | null;
  source?: string | null;
  silent?: boolean;
  character_id: string;
  key: string;
  delta?: number | null;
  value?: number | null;
}

/** A custom event for overlays and bots. `data` is theirs, at most MAX_CUSTOM_DATA bytes encoded. */
export interface Announce {
  cause?: string | null;
  source?: string | null;
  silent?: boolean;
  name: string;
  text?: string | null;
  data?: Record<string, unknown> | null;
  character_id?: string | null;
}

/** All or nothing, in one transaction. */
export interface Batch {
  cause?: string | null;
  source?: string | null;
  silent?: boolean;
  commands: SubCommand[];
}

/** For the app, as text and for a QR code. Nothing is on yet. */
export interface BegunOut {
  secret: string;
  otpauth_uri: string;
}

/** Always before the server closes. With `reconnect` come back, after `retry_after_ms` where it is given. */
export interface Bye {
  type: "bye";
  code: number;
  reason: string;
  reconnect: boolean;
  retry_after_ms?: number | null;
}

export interface Campaign {
  id: string;
  slug: string;
  name: string;
  description: string | null;
  ruleset: RulesetKey;
  public: boolean;
}

/** A new campaign. The slug is its name in links. */
export interface CampaignIn {
  slug: string;
  name: string;
  description?: string | null;
  ruleset?: RulesetKey;
  public?: boolean;
}

/** A campaign, and what the asker is in it; null where they only look on. */
export interface CampaignListed {
  id: string;
  slug: string;
  name: string;
  description: string | null;
  ruleset: RulesetKey;
  public: boolean;
  created_at: string;
  updated_at: string;
  role: "owner" | "gm" | "player" | "moderator" | "viewer" | "symbiote" | "overlay" | null;
}

/** A new campaign. `admin_token` is shown this once; only a hash of it is kept. */
export interface CampaignMade {
  id: string;
  slug: string;
  name: string;
  description: string | null;
  ruleset: RulesetKey;
  public: boolean;
  created_at: string;
  updated_at: string;
  admin_token: string;
  message: string;
}

/** A campaign. Times are UTC, ISO 8601. */
export interface CampaignOut {
  id: string;
  slug: string;
  name: string;
  description: string | null;
  ruleset: RulesetKey;
  public: boolean;
  created_at: string;
  updated_at: string;
}

export interface CampaignPatch {
  slug?: string | null;
  name?: string | null;
  description?: string | null;
  ruleset?: RulesetKey | null;
  public?: boolean | null;
}

/** What a sheet says and a person may write. Urls of images come from uploads; a link is accepted too. */
export interface CharacterFields {
  kind?: Kind;
  name: string;
  player_name?: string | null;
  class?: string | null;
  race?: string | null;
  level?: number | null;
  stats: StatsIn;
  conditions?: ConditionIn[];
  uses_death_saves?: boolean | null;
  resources?: Record<string, ResourceIn>;
  portrait_url?: string | null;
  background_url?: string | null;
  color?: string | null;
  visible?: boolean;
  hp_display?: Display;
  notes?: string;
}

/** Only what is named changes; null empties what may be empty. */
export interface CharacterPatch {
  kind?: Kind | null;
  name?: string | null;
  player_name?: string | null;
  class?: string | null;
  race?: string | null;
  level?: number | null;
  stats?: StatsPatch | null;
  conditions?: ConditionIn[] | null;
  uses_death_saves?: boolean | null;
  resources?: Record<string, ResourceIn> | null;
  portrait_url?: string | null;
  background_url?: string | null;
  color?: string | null;
  visible?: boolean | null;
  hp_display?: Display | null;
  notes?: string | null;
}

/** Who connects, for the panel's list of clients: `overlay`, `panel`, `symbiote`, `bot` or a word of one's own. */
export interface Client {
  kind: string;
  name?: string | null;
  version?: string | null;
}

/**
 * `round` 0 means the order is being set up; `turn` is the id of the combatant whose turn it is.
 *
 * For an audience that may not see the active combatant `turn` is None.
 */
export interface Combat {
  round: number;
  turn: string | null;
  entries: Combatant[];
}

/** One line of the turn order. A combatant without `character_id` is a name only (a trap, a lair). */
export interface Combatant {
  id: string;
  character_id: string | null;
  name: string | null;
  initiative: number | null;
  hidden: boolean;
}

/**
 * A change. `id` is the client's: the same id again answers the first result and changes nothing.
 *
 * `name` and `data` are one of the commands. With `expect_seq` it is refused as `conflict`, with the present
 * state, when what it aims at changed after that seq. Each command gets one `result`; results come in the order
 * of the commands, each behind the events that its command made.
 */
export interface CommandFrame {
  type: "command";
  id: string;
  name: string;
  data?: Record<string, JsonValue>;
  expect_seq?: number | null;
}

export interface Concentrate {
  cause?: string | null;
  source?: string | null;
  silent?: boolean;
  character_id: string;
  on: string | null;
}

/** Set semantics by `key`. `value` is a level (exhaustion 3). `note` is for the game master only. */
export interface Condition {
  key: string;
  label: string;
  kind: "condition" | "status" | "custom";
  value: number | null;
  source: string | null;
  note: string | null;
  duration: Duration | null;
  hidden: boolean;
  concentration_by: string | null;
}

export interface ConditionIn {
  key: string;
  value?: number | null;
  label?: string | null;
  source?: string | null;
  note?: string | null;
  duration?: DurationIn | null;
  hidden?: boolean;
}

/** Final damage after resistances. Zero changes nothing. */
export interface Damage {
  cause?: string | null;
  source?: string | null;
  silent?: boolean;
  character_id: string;
  amount: number;
  critical?: boolean;
  type?: string | null;
}

export interface DeathSave {
  cause?: string | null;
  source?: string | null;
  silent?: boolean;
  character_id: string;
  roll?: number | null;
  result?: "success" | "failure" | null;
}

export interface DeathSaves {
  successes: number;
  failures: number;
  stable: boolean;
}

/** The password once more: a device that was left open deletes nobody. */
export interface DeleteMeIn {
  password: string;
}

/** A sign-in. `current` is the one that asks; without another use it ends at `idle_until`. */
export interface DeviceOut {
  id: string;
  current: boolean;
  program: string;
  address: string | null;
  kept_in: "cookie" | "body";
  created_at: string;
  last_used_at: string;
  idle_until: string;
  expires_at: string;
}

/** Rounds left; ticks at the start or end of the turn of character `of`. */
export interface Duration {
  rounds: number;
  tick: "start" | "end";
  of: string;
}

export interface DurationIn {
  rounds: number;
  tick?: "start" | "end";
  of?: string | null;
}

export interface EndCombat {
  cause?: string | null;
  source?: string | null;
  silent?: boolean;
}

export interface Episode {
  id: string;
  episode_number: number;
  title: string;
  date: string | null;
  summary: string | null;
  started_at: string | null;
  ended_at: string | null;
}

export interface EpisodeFields {
  episode_number: number;
  title: string;
  date?: string | null;
  summary?: string | null;
}

export interface EpisodePatch {
  episode_number?: number | null;
  title?: string | null;
  date?: string | null;
  summary?: string | null;
}

/** A frame that could not be read or taken; nothing was changed. Five of them within 10 s end the socket. */
export interface ErrorFrame {
  type: "error";
  error: ProblemBody;
}

/** A draft with its place in the record. `part_of` is the first seq of a command that made several events. */
export interface Event {
  type: EventType;
  character_id: string | null;
  cause: string | null;
  source: string | null;
  silent: boolean;
  undo_of: number | null;
  data: EventData;
  seq: number;
  id: string;
  at: string;
  actor: Actor;
  episode_id: string | null;
  part_of: number | null;
}

/** What `data` may hold, for the documents: every detail of every type. Later ones are no breaking change. */
export interface EventData {
  before: Record<string, unknown>;
  after: Record<string, unknown>;
  /** What was done: a word of the event's type. */
  action?: string;
  /** Of hp_change. */
  kind?: "damage" | "heal" | "set" | "temp" | "rest";
  /** Of hp_change: as told; signed where it was set; what is there now of temporary hit points. */
  amount?: number;
  /** By temporary hit points. */
  absorbed?: number;
  /** Damage left over at 0. */
  overkill?: number;
  critical?: boolean;
  /** The kind of damage, in the table's words. */
  type?: string | null;
  /** What to beat to keep concentrating. */
  concentration_dc?: number | null;
  /** It came to 0. */
  dropped?: boolean;
  /** It died of it outright. */
  massive?: boolean;
  /** It was at 0 before. */
  revived?: boolean;
  rest?: "short" | "long";
  /** Of death_save: the die. */
  roll?: number | null;
  result?: "success" | "failure" | null;
  /** Of death_save: where it led. */
  outcome?: "success" | "failure" | "stable" | "dead" | "revived";
  /** Of a condition or a resource. */
  key?: string;
  /** What the concentration is on. */
  on?: string | null;
  /** Of a resource, as it came out. */
  delta?: number;
  /** Of a resource, there now. */
  value?: number;
  tier?: Tier;
  episode_id?: string;
  expression?: string;
  total?: number;
  dice?: number[] | null;
  gm_only?: boolean;
  /** Of custom. */
  name?: string;
  text?: string | null;
  /** Of custom: theirs. */
  data?: Record<string, unknown> | null;
  [key: string]: unknown;
}

/** What happened: in order, each once. A gap in `seq` is what this audience does not see. */
export interface EventFrame {
  type: "event";
  seq: number;
  event: Event;
}

/** The token ends at `expires_at`, in a minute or less: a `refresh` with a newer one keeps the socket. */
export interface Expiring {
  type: "expiring";
  expires_at: string;
}

/** Whether codes are asked for. `needed`: some of what one's roles allow does not count before. */
export interface FactorOut {
  enabled: boolean;
  enabled_at: string | null;
  recovery_codes_left: number;
  needed: boolean;
}

export interface Heal {
  cause?: string | null;
  source?: string | null;
  silent?: boolean;
  character_id: string;
  amount: number;
}

/** At least every 20 s: a sign of life, and the position up to which nothing more was to be seen. */
export interface Heartbeat {
  type: "heartbeat";
  seq: number;
}

/** 0 <= current <= max. `max` is the effective maximum; `base_max` is it without conditions (exhaustion). */
export interface HitPoints {
  current: number;
  max: number;
  temp: number;
  base_max: number;
}

/** What an audience sees of `hp_display: bar`: steps of 0.05; 0 only at 0, 1 only at full. */
export interface HitPointsBar {
  fraction: number;
}

/** `current` is full and `temp` none where not named. */
export interface HitPointsIn {
  max: number;
  current?: number | null;
  temp?: number;
}

/** What an audience sees of `hp_display: label`: the ruleset's word for the status. */
export interface HitPointsLabel {
  label: string;
}

/** Only what is named changes, as in `set_hp`. */
export interface HitPointsPatch {
  max?: number | null;
  current?: number | null;
  temp?: number | null;
}

/** A character or a name. Order: initiative downwards, ties by dexterity, then as listed; none goes last. */
export interface InitiativeEntry {
  id?: string | null;
  character_id?: string | null;
  name?: string | null;
  initiative?: number | null;
  hidden?: boolean;
}

export type JsonValue = unknown;

/** Where a tier shows each character's card (`badges`) and its conditions (`chips`), by character id. */
export interface Layout {
  badges: Record<string, Place>;
  chips: Record<string, Place>;
}

/** Replaces what is named; an empty map brings the automatic arrangement back. */
export interface LayoutIn {
  badges?: Record<string, PlaceIn> | null;
  chips?: Record<string, PlaceIn> | null;
}

/** One tier's arrangement: where each card and its conditions are, by character id. */
export interface LayoutOut {
  badges: Record<string, Place>;
  chips: Record<string, Place>;
  tier: Tier;
}

/**
 * Send one of `login`, `username` and `email`: each takes a username or an e-mail address.
 *
 * `keep_in` says where the refresh token goes: a browser gets a cookie, whatever sends no Origin gets it in the body.
 */
export interface LoginIn {
  login?: string | null;
  username?: string | null;
  email?: string | null;
  password: string;
  keep_in?: "cookie" | "body" | null;
}

/** The refresh token, where neither a cookie nor an access token says which sign-in ends. */
export interface LogoutIn {
  refresh_token?: string | null;
}

/** A new token: `token` is its text, shown this once. */
export interface MintedOut {
  token: string;
  id: string;
  scope: "admin" | "symbiote" | "overlay";
  name: string;
  created_at: string;
  expires_at: string | null;
}

export interface NextTurn {
  cause?: string | null;
  source?: string | null;
  silent?: boolean;
}

/** Every other sign-in ends, and this one is begun anew. */
export interface PasswordIn {
  current_password: string;
  new_password: string;
  keep_in?: "cookie" | "body" | null;
}

/** Normalised canvas coordinates of an element's centre: 0,0 is top left, 1,1 bottom right. */
export interface Place {
  x: number;
  y: number;
  scale: number;
}

export interface PlaceIn {
  x: number;
  y: number;
  scale?: number;
}

/**
 * To the game master's audience: who is connected, when that changes and at most once a second.
 *
 * `total` counts all; `clients` names at most 60, those in trouble first.
 */
export interface PresenceFrame {
  type: "presence";
  total: number;
  clients: PresentClient[];
}

/**
 * One client that is connected now. `stale`: it used to report, and fell silent. `slow`: `waiting_bytes` wait for
 * it, and for `still_s` seconds it has taken none of them; both are 0 else.
 */
export interface PresentClient {
  id: string;
  process: string;
  kind: string;
  name: string | null;
  version: string | null;
  audience: Audience;
  state: "live" | "slow" | "stale";
  on_air: boolean | null;
  lag_ms: number | null;
  waiting_bytes: number;
  still_s: number;
  since: string;
  last_seen: string;
}

export interface PreviousTurn {
  cause?: string | null;
  source?: string | null;
  silent?: boolean;
}

/** An error, the same on REST and on the socket (RFC 9457). Programs read `code`, people read `detail`. */
export interface ProblemBody {
  type: string;
  title: string;
  status: number;
  code: string;
  detail: string;
  errors: ProblemField[];
  request_id: string | null;
  [key: string]: unknown;
}

/** One wrong field. `pointer` is a JSON pointer into the body, or `?name` for a parameter. */
export interface ProblemField {
  pointer: string;
  detail: string;
  [key: string]: unknown;
}

/** Shown now and never again; each is good once. */
export interface RecoveryCodesOut {
  recovery_codes: string[];
}

/** A new token on the same socket. Answered by a `welcome`; where the audience changed, a `snapshot` follows. */
export interface Refresh {
  type: "refresh";
  token: string;
}

/** The refresh token, where it is not in the cookie. */
export interface RefreshIn {
  refresh_token?: string | null;
}

/**
 * A new account. The username is public; the address is not, and is proved by mail.
 *
 * `keep_in` says where the refresh token goes: a browser gets a cookie, whatever sends no Origin gets it in the body.
 */
export interface RegisterIn {
  email: string;
  username: string;
  password: string;
  full_name?: string | null;
  keep_in?: "cookie" | "body" | null;
}

export interface RemoveCondition {
  cause?: string | null;
  source?: string | null;
  silent?: boolean;
  character_id: string;
  key: string;
}

/**
 * How the client is: whether it is on air (an OBS source that is visible in the program), and its delay.
 *
 * Sent when it changes, and by overlays every 5 s besides: 10 s without one and the panel shows it as stale.
 * Has no answer.
 */
export interface Report {
  type: "report";
  on_air?: boolean | null;
  lag_ms?: number | null;
}

/** A counter. `direction` up means marked slots (stress); `reset` is the rest that refills it. */
export interface Resource {
  label: string;
  current: number;
  max: number | null;
  direction: "down" | "up";
  style: "bar" | "pips" | "number";
  reset: "short" | "long" | null;
  display: Display;
}

export interface ResourceIn {
  label: string;
  current: number;
  max?: number | null;
  direction?: "down" | "up";
  style?: "bar" | "pips" | "number";
  reset?: "short" | "long" | null;
  display?: Display;
}

export interface Rest {
  cause?: string | null;
  source?: string | null;
  silent?: boolean;
  character_ids: string[];
  kind: "short" | "long";
}

/** The answer to a command. `seq` is where the table stands with the command in it. */
export interface Result {
  type: "result";
  id: string;
  ok: boolean;
  seq?: number | null;
  error?: ProblemBody | null;
}

/** A command was done and is durable. `seq` is where the table stands; no events where nothing changed. */
export interface ResultOut {
  ok: true;
  seq: number;
  events: Event[];
}

export interface Reveal {
  cause?: string | null;
  source?: string | null;
  silent?: boolean;
  character_id: string;
  visible?: boolean | null;
  hp_display?: Display | null;
}

export interface Roll {
  cause?: string | null;
  source?: string | null;
  silent?: boolean;
  character_id?: string | null;
  expression: string;
  total: number;
  dice?: number[] | null;
  gm_only?: boolean;
}

/** Who is on screen, in order; the whole list. */
export interface RosterIn {
  character_ids: string[];
}

/** Who is on screen, in order: those that the asker may see. */
export interface RosterOut {
  character_ids: string[];
}

/** What the answer to the password brought, and either a code of the app or a recovery code. */
export interface SecondFactorIn {
  second_factor_token: string;
  code?: string | null;
  recovery_code?: string | null;
  keep_in?: "cookie" | "body" | null;
}

/** The password was right, and a second factor is on: show it within `expires_in` seconds. */
export interface SecondFactorOut {
  second_factor_token: string;
  expires_in?: number;
  methods?: ("code" | "recovery_code")[];
}

/** Set numbers outright; only what is named changes. `max` is the maximum before conditions. */
export interface SetHp {
  cause?: string | null;
  source?: string | null;
  silent?: boolean;
  character_id: string;
  current?: number | null;
  max?: number | null;
  temp?: number | null;
}

/** The whole order. With `sort` false the entries stay as listed: an order that somebody dragged. */
export interface SetInitiative {
  cause?: string | null;
  source?: string | null;
  silent?: boolean;
  entries: InitiativeEntry[];
  sort?: boolean;
}

/** Replaces what is named; an empty map brings the automatic arrangement back. */
export interface SetLayout {
  cause?: string | null;
  source?: string | null;
  silent?: boolean;
  tier: Tier;
  badges?: Record<string, PlaceIn> | null;
  chips?: Record<string, PlaceIn> | null;
}

export interface SetRoster {
  cause?: string | null;
  source?: string | null;
  silent?: boolean;
  character_ids: string[];
}

/** A token of scope admin, shown once, and the id of the campaign it is for. */
export interface SignInOut {
  token: string;
  campaign: string;
  expires_at: string | null;
}

/** The position of the last event or heartbeat that the client has: it is brought what came after. */
export interface Since {
  epoch: string;
  seq: number;
}

/**
 * The whole state as this audience sees it, true at `seq`. It replaces what the client holds.
 *
 * It comes after `welcome`; and later too, to a reader that fell behind, for the events that it was too slow for.
 * Rolls and announcements among those, which no state tells of, come along in `missed`: in order, the newest 64 KiB.
 */
export interface SnapshotFrame {
  type: "snapshot";
  seq: number;
  state: View;
  missed?: EventFrame[] | null;
}

/** The table as the asker may see it, and the position that it is true at: subscribe with it as `since`. */
export interface SnapshotOut {
  epoch: string;
  seq: number;
  state: View;
}

export interface Stabilize {
  cause?: string | null;
  source?: string | null;
  silent?: boolean;
  character_id: string;
}

export interface StartCombat {
  cause?: string | null;
  source?: string | null;
  silent?: boolean;
}

export interface StatsIn {
  hp: HitPointsIn;
  ac?: number | null;
  abilities?: Record<string, number>;
}

export interface StatsPatch {
  hp?: HitPointsPatch | null;
  ac?: number | null;
  abilities?: Record<string, number> | null;
}

/** One command of a batch; checked against the model of its name. No batch in a batch, no undo. */
export interface SubCommand {
  name: string;
  data?: Record<string, unknown>;
}

/** The first frame, within 10 s. Without `token` one sees what the public sees of a public campaign. */
export interface Subscribe {
  type: "subscribe";
  token?: string | null;
  since?: Since | null;
  client?: Client | null;
}

/** Temporary hit points never add up: the higher stays, or `replace` says the new ones. */
export interface TempHp {
  cause?: string | null;
  source?: string | null;
  silent?: boolean;
  character_id: string;
  amount: number;
  mode?: "higher" | "replace";
}

/** A new token. Without `expires_in_s` it lives until it is revoked. */
export interface TokenIn {
  scope: "admin" | "symbiote" | "overlay";
  name: string;
  expires_in_s?: number | null;
}

/** A token without its text, which nobody can show again. */
export interface TokenOut {
  id: string;
  scope: "admin" | "symbiote" | "overlay";
  name: string;
  created_at: string;
  last_used_at: string | null;
  expires_at: string | null;
  revoked_at: string | null;
  made_by: string | null;
}

/** Signed in. `access_token` is good for `expires_in` seconds; `refresh_token` is null where a cookie has it. */
export interface TokensOut {
  access_token: string;
  token_type: "Bearer";
  expires_in: number;
  refresh_token: string | null;
  user: UserOut;
}

/** Undo the event with this `seq`, and with it all that the same command made. */
export interface Undo {
  seq: number;
}

/** One's own account. */
export interface UserOut {
  id: string;
  username: string;
  email: string | null;
  email_verified: boolean;
  full_name: string | null;
  created_at: string;
  updated_at: string;
}

/** Only what is named changes; a null empties the full name. */
export interface UserPatch {
  username?: string | null;
  full_name?: string | null;
}

/** What one audience holds: the `state` of a snapshot. `roster` and `combat` name only visible characters. */
export interface View {
  campaign: Campaign;
  characters: Record<string, ViewCharacter>;
  roster: string[];
  layout: Record<Tier, Layout>;
  combat: Combat | null;
  episode: Episode | null;
}

/** A character as one audience sees it. `notes` is only there for the game master. */
export interface ViewCharacter {
  class: string | null;
  id: string;
  kind: Kind;
  name: string;
  player_name: string | null;
  race: string | null;
  level: number | null;
  stats: ViewStats;
  conditions: Condition[];
  death_saves: DeathSaves;
  uses_death_saves: boolean;
  concentration: string | null;
  resources: Record<string, Resource>;
  status: Status | null;
  portrait_url: string | null;
  background_url: string | null;
  color: string | null;
  visible: boolean;
  hp_display: Display;
  notes?: string;
}

export interface ViewStats {
  hp: HitPoints | HitPointsBar | HitPointsLabel | null;
  ac: number | null;
  abilities: Record<string, number>;
}

/**
 * The answer to `subscribe` and `refresh`. With `resumed` the missed events follow, else a `snapshot`.
 *
 * `seq` is the position that the frames sent with it bring the client to.
 */
export interface Welcome {
  type: "welcome";
  protocol?: number;
  server: string;
  campaign: string;
  audience: Audience;
  role: string | null;
  epoch: string;
  seq: number;
  resumed: boolean;
  heartbeat_s?: number;
  expires_at?: string | null;
}

export interface Commands {
  damage: Damage;
  heal: Heal;
  set_hp: SetHp;
  temp_hp: TempHp;
  death_save: DeathSave;
  stabilize: Stabilize;
  add_condition: AddCondition;
  remove_condition: RemoveCondition;
  concentrate: Concentrate;
  adjust_resource: AdjustResource;
  rest: Rest;
  start_combat: StartCombat;
  set_initiative: SetInitiative;
  next_turn: NextTurn;
  previous_turn: PreviousTurn;
  end_combat: EndCombat;
  set_roster: SetRoster;
  set_layout: SetLayout;
  reveal: Reveal;
  roll: Roll;
  announce: Announce;
  batch: Batch;
  undo: Undo;
}

/** Any command with its data. */
export type Command = {
  [N in keyof Commands]: { name: N; data: Commands[N] };
}[keyof Commands];

/** Any frame of the socket, told apart by `type`. */
export type ClientFrame =
  | Subscribe
  | CommandFrame
  | Refresh
  | Report;

/** Any frame of the socket, told apart by `type`. */
export type ServerFrame =
  | Welcome
  | SnapshotFrame
  | EventFrame
  | Result
  | Heartbeat
  | Expiring
  | ErrorFrame
  | PresenceFrame
  | Bye;
