import { merge, Store, type Patch, type Status, type TableEvent } from "@tablecast/client";
import "@tablecast/design/fonts.css";
import "@tablecast/design/tokens.css";
import { mount } from "svelte";
import { isTier } from "../config";
import { Show } from "../show";
import Stage from "../Stage.svelte";
import "../style/index.css";
import { demoView } from "./table";

const query = new URLSearchParams(location.search);
const tier = query.get("tier");
const show = new Show({
  now: Date.now,
  after: (ms, run) => {
    const timer = setTimeout(run, ms);
    return () => clearTimeout(timer);
  },
});
let view = demoView(Number(query.get("count") ?? 5));
const places = query.get("places");
if (places) view = merge(view, { layout: JSON.parse(places) as Patch });
document.body.dataset.backdrop = query.get("on") ?? "none";

const status: Status = { phase: "live", since: 0, reason: null, code: null, retryAt: null };
show.state(view);
mount(Stage, {
  target: document.getElementById("overlay")!,
  props: { frames: show.frames, status: new Store(status), config: { tier: isTier(tier) ? tier : null }, quiet: true },
});

let seq = 0;
function happen(type: TableEvent["type"], id: string, patch: Patch, details: object = {}): void {
  const before = view;
  const after = { characters: { [id]: patch } };
  view = merge(view, after);
  seq += 1;
  show.state(view);
  show.event(
    {
      seq,
      id: `e${seq}`,
      type,
      at: new Date().toISOString(),
      actor: { kind: "gm" },
      source: null,
      cause: null,
      character_id: id,
      episode_id: null,
      undo_of: null,
      part_of: null,
      silent: false,
      data: { after, ...details },
    },
    { before, after: view, replayed: false },
  );
}

const hp = (current: number, max: number, temp = 0): object => ({
  stats: { hp: { current, max, temp, base_max: max } },
});

Object.assign(window, {
  tablecastDemo: {
    hit: () => happen("hp_change", "b", { ...hp(19, 84) }, { kind: "damage", amount: 21 }),
    crit: () =>
      happen("hp_change", "a", { ...hp(22, 61), status: "bloodied" }, { kind: "damage", amount: 36, critical: true }),
    heal: () =>
      happen("hp_change", "c", { ...hp(9, 52), status: "bloodied", conditions: [] }, { kind: "heal", amount: 9 }),
    down: () => happen("hp_change", "b", { ...hp(0, 84), status: "dying" }, { kind: "damage", amount: 40 }),
    temp: () => happen("hp_change", "a", { ...hp(58, 61, 12) }, { kind: "temp", amount: 12 }),
    save: () => happen("death_save", "c", { death_saves: { successes: 2, failures: 2, stable: false } }),
  },
});
