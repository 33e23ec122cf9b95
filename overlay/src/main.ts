import { browser, follow } from "@tablecast/client";
import "@tablecast/design/fonts.css";
import "@tablecast/design/tokens.css";
import { mount } from "svelte";
import { readConfig } from "./config";
import { inObs, watchObs } from "./obs";
import { isOver, secondChance } from "./patience";
import { Show } from "./show";
import Stage from "./Stage.svelte";
import "./style/index.css";

/** The server calls a source stale that reports less often than every ten seconds. */
const REPORT_MS = 5_000;

const config = readConfig(location);
const outside = browser();
const show = new Show(outside);
let onAir: boolean | null = null;

const table = follow({
  url: location.origin,
  campaign: config.campaign,
  token: config.token,
  client: { kind: "overlay", ...(config.name ? { name: config.name } : {}) },
  environment: outside,
  onState: (view) => show.state(view),
  onEvent: (event, news) => show.event(event, news),
  onWelcome: () => show.welcome(),
  onStatus: (status) => {
    if (isOver(status)) show.dark(true);
    else if (status.phase === "live") show.dark(false);
    const wait = secondChance(status, Math.random);
    if (wait !== null) setTimeout(() => table.retry(), wait);
  },
  onServerChange: () => void reload(),
});

const report = (): void => table.report({ on_air: onAir, lag_ms: Math.min(show.lag, 3_600_000) });

/** Another build of the server has another page, too; ask for it only where one is served. */
async function reload(): Promise<void> {
  const answer = await fetch(location.href, { cache: "no-store" }).catch(() => null);
  if (answer?.ok) location.reload();
}

watchObs({
  onAir: (active) => {
    onAir = active;
    report();
    // an answer that stopped us may be out of date by the next time that the scene is on air
    if (active && table.status.get().phase === "stopped") table.retry();
  },
  visible: (visible) => show.seen(visible),
});
setInterval(report, REPORT_MS);
report();
addEventListener("hashchange", () => location.reload());

mount(Stage, {
  target: document.getElementById("overlay")!,
  props: { frames: show.frames, status: table.status, config, quiet: inObs() && !config.debug },
});
