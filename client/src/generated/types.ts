// Generated from the server's models by `make docs`. Do not edit.

export type Audience = "gm" | "table" | "public";

export type Kind = "pc" | "npc" | "monster";

export type Display = "exact" | "bar" | "label" | "hidden";

export type Status = "dead" | "stable" | "dying" | "bloodied" | "healthy";

export type Tier = "large" | "medium" | "compact";

export type RulesetKey = "freeform" | "5e-2014" | "5e-2024";

export type EventType = "hp_change" | "condition" | "death_save" | "concentration" | "resource" | "combat" | "roster" | "layout" | "character" | "campaign" | "episode" | "visibility" | "roll" | "custom";

export type ProblemCode = "invalid_request" | "unauthenticated" | "forbidden" | "not_found" | "method_not_allowed" | "conflict" | "already_exists" | "command_id_reused" | "too_large" | "unsupported_media" | "invalid" | "rule_refused" | "too_many" | "internal" | "unavailable";

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

export interface Campaign {
  id: string;
  slug: string;
  name: string;
  description: string | null;
  ruleset: RulesetKey;
  public: boolean;
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

/** A draft with its place in the record. `part_of` is the first seq of a command that made several events. */
export interface Event {
  type: EventType;
  character_id: string | null;
  cause: string | null;
  source: string | null;
  silent: boolean;
  undo_of: number | null;
  data: Record<string, unknown>;
  seq: number;
  id: string;
  at: string;
  actor: Actor;
  episode_id: string | null;
  part_of: number | null;
}

export interface Heal {
  cause?: string | null;
  source?: string | null;
  silent?: boolean;
  character_id: string;
  amount: number;
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

/** Where a tier shows each character's card (`badges`) and its conditions (`chips`), by character id. */
export interface Layout {
  badges: Record<string, Place>;
  chips: Record<string, Place>;
}

export interface NextTurn {
  cause?: string | null;
  source?: string | null;
  silent?: boolean;
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
}

export interface RemoveCondition {
  cause?: string | null;
  source?: string | null;
  silent?: boolean;
  character_id: string;
  key: string;
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

/** Temporary hit points never add up: the higher stays, or `replace` says the new ones. */
export interface TempHp {
  cause?: string | null;
  source?: string | null;
  silent?: boolean;
  character_id: string;
  amount: number;
  mode?: "higher" | "replace";
}

/** Undo the event with this `seq`, and with it all that the same command made. */
export interface Undo {
  seq: number;
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
