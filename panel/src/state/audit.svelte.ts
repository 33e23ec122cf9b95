/** The audit log, newest first: filtered, page after page. */

import type { Rest } from "../api/rest";
import { Pages } from "./pages.svelte";

export interface AuditEntry {
  seq: number;
  at: string;
  name: string;
  /** Id of who did it; null where nobody is known. */
  who: string | null;
  /** Their username, where they are a person who is still here. */
  who_name: string | null;
  /** What it was done to, as `kind:id`. */
  target: string | null;
  outcome: string;
  address: string | null;
  details: Readonly<Record<string, unknown>>;
}

/** What is looked for; empty is everything. Days are as this browser counts them. */
export interface AuditFilter {
  name: string;
  who: string;
  target: string;
  from: string;
  to: string;
}

export const EVERYTHING: AuditFilter = { name: "", who: "", target: "", from: "", to: "" };
const PAGE = 50;

/** The query of a filter: from the first moment of the day `from` to the end of the day `to`. */
export function queryOf({ name, who, target, from, to }: AuditFilter): URLSearchParams {
  const query = new URLSearchParams();
  const given = { name, who: who.trim(), target: target.trim() };
  for (const [key, value] of Object.entries(given)) if (value) query.set(key, value);
  if (from) query.set("since", new Date(`${from}T00:00:00`).toISOString());
  if (to) query.set("until", dayAfter(to));
  return query;
}

function dayAfter(day: string): string {
  const moment = new Date(`${day}T00:00:00`);
  moment.setDate(moment.getDate() + 1);
  return moment.toISOString();
}

export class Audit extends Pages<AuditEntry> {
  /** The filter of what is listed, which an export takes too. */
  filter = $state.raw<AuditFilter>(EVERYTHING);

  /** `base`: `/audit` of the server, or `/campaigns/<id>/audit`. */
  constructor(
    rest: Rest,
    private readonly base: string,
  ) {
    super(rest);
  }

  /** From the newest. */
  find(filter: AuditFilter = this.filter): Promise<void> {
    this.filter = filter;
    const query = queryOf(filter);
    query.set("limit", String(PAGE));
    return this.search(`${this.base}?${query}`);
  }

  /** The address of the same entries as a file. */
  exportPath(format: "csv" | "jsonl"): string {
    const query = queryOf(this.filter);
    query.set("format", format);
    return `${this.base}/export?${query}`;
  }
}
