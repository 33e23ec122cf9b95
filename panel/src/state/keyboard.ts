/** The table's keyboard: from a key press to what is asked of the desk. */

import { amountOf, erased, typed } from "../lib/entry";
import type { Verb } from "../lib/hp";
import type { Step } from "../lib/history";
import { type Intent, intentOf, type Press } from "../lib/keys";
import type { Character } from "../lib/model";
import { neighbour } from "../lib/order";
import { explain } from "../lib/problem";
import { strike, turn, undo } from "../lib/requests";
import type { CardAction } from "../cards/actions";
import type { Choice } from "./choice.svelte";
import type { Desk } from "./desk.svelte";
import type { Logbook } from "./logbook.svelte";
import type { Rights } from "./rights.svelte";
import type { Toasts } from "./toasts.svelte";

export interface Table {
  desk: Desk;
  choice: Choice;
  logbook: Logbook;
  rights: Rights;
  toasts: Toasts;
  open(action: CardAction, character: Character): void;
  help(): void;
}

function focusOf(target: EventTarget | null): Press["focus"] {
  if (!(target instanceof Element)) return "none";
  if (target.closest("input, textarea, select, [contenteditable]")) return "field";
  if (target.closest("[data-choose]")) return "card";
  return target.closest("button, a, summary, [role='menuitem']") ? "button" : "none";
}

export function onKey(event: KeyboardEvent, table: Table): void {
  const { choice } = table;
  const intent = intentOf({
    key: event.key,
    code: event.code,
    shift: event.shiftKey,
    alt: event.altKey,
    mod: event.ctrlKey || event.metaKey,
    focus: focusOf(event.target),
    modal: document.querySelector("dialog[open], [popover]:popover-open") !== null,
    chosen: choice.ids.length > 0,
    typing: choice.entry.digits !== "",
  });
  if (!intent || event.isComposing || event.defaultPrevented) return;
  event.preventDefault();
  act(intent, table);
}

function act(intent: Intent, table: Table): void {
  const { choice, desk } = table;
  switch (intent.do) {
    case "digit":
      choice.entry = typed(choice.entry, intent.digit);
      return focusLeading(choice);
    case "erase":
      choice.entry = erased(choice.entry);
      return;
    case "critical":
      choice.entry = { ...choice.entry, critical: !choice.entry.critical };
      return;
    case "clear":
      return choice.clear();
    case "choose":
      return chooseAt(intent.index, table);
    case "move":
      return chooseAt(next(intent.step, choice), table);
    case "next":
    case "previous":
      if (desk.view?.combat && table.rights.may("run_table"))
        void desk.ask(turn(intent.do === "next" ? "next_turn" : "previous_turn"));
      return;
    case "help":
      return table.help();
    default:
      return actOnChosen(intent.do, table);
  }
}

function actOnChosen(what: string, table: Table): void {
  const { choice, desk, logbook, rights } = table;
  const back = what === "undo" ? logbook.undoable : logbook.redoable;
  const leading = choice.leading ? desk.view?.characters[choice.leading] : undefined;
  if (what === "undo" || what === "redo") {
    if (back && rights.may("run_table")) void turnOver(back, table);
  } else if (what === "damage" || what === "heal" || what === "temp") hit(what, table);
  else if (what === "toggle" && document.activeElement instanceof HTMLElement) toggleFocused(choice);
  else if ((what === "conditions" || what === "edit") && leading) table.open(what, leading);
}

/** The log may be out of sight, so a refusal is said here too. */
async function turnOver(step: Step, { desk, toasts }: Table): Promise<void> {
  const request = undo(step);
  if (await desk.ask(request)) return;
  const problem = desk.failure(request.control)?.problem;
  if (problem) toasts.say(`${request.what}: ${explain(problem)}`, { tone: "bad" });
}

function hit(verb: Verb, { desk, choice }: Table): void {
  const who = choice.ids.flatMap((id) => desk.view?.characters[id] ?? []);
  const amount = amountOf(choice.entry);
  if (amount === null || !who.length) return;
  void desk.ask(strike(who, verb, amount, { critical: choice.entry.critical, why: choice.why }));
  choice.spend();
}

/** Space on a card's face adds it to those chosen, or takes it out. */
function toggleFocused(choice: Choice): void {
  const id = document.activeElement?.closest<HTMLElement>("[data-card]")?.dataset["card"];
  if (id) choice.toggle(id);
}

/** Typing is for the cards: Enter must not press the button that was clicked last. */
function focusLeading(choice: Choice): void {
  const card = faces().find(({ dataset }) => dataset["card"] === choice.leading);
  if (focusOf(document.activeElement) === "button") {
    card?.querySelector<HTMLElement>("[data-choose]")?.focus({ preventScroll: true });
  }
}

function faces(): HTMLElement[] {
  const all = [...document.querySelectorAll<HTMLElement>("[data-card]")];
  return all.filter((card) => card.querySelector("[data-choose]")); // the others are only to look at
}

function chooseAt(index: number, { choice }: Table): void {
  const card = faces()[index];
  const id = card?.dataset["card"];
  if (!card || !id) return;
  choice.only(id);
  card.querySelector<HTMLElement>("[data-choose]")?.focus({ preventScroll: true });
  card.scrollIntoView({ block: "nearest" });
}

function next(step: "left" | "right" | "up" | "down", choice: Choice): number {
  const all = faces();
  const focused = document.activeElement?.closest<HTMLElement>("[data-card]");
  const from = focused ? all.indexOf(focused) : all.findIndex((card) => card.dataset["card"] === choice.leading);
  if (from < 0) return 0;
  return neighbour(
    all.map((card) => card.getBoundingClientRect()),
    from,
    step,
  );
}
