import type { Page } from "../state/route.svelte";
import type { IconName } from "../ui/icons";

export interface NavItem {
  page: Page;
  label: string;
  icon: IconName;
  /** What somebody needs to be able to do for the page to be of use to them; none is for everybody. */
  verb?: string;
}

/** Pages of the wide bar. */
export const WIDE: readonly NavItem[] = [
  { page: "table", label: "Table", icon: "users" },
  { page: "layout", label: "Layout", icon: "layout", verb: "arrange" },
  { page: "overlay", label: "Overlay", icon: "obs", verb: "manage_tokens" },
  { page: "episodes", label: "Episodes", icon: "film", verb: "run_table" },
  { page: "people", label: "People", icon: "person", verb: "see_members" },
  { page: "settings", label: "Settings", icon: "settings" },
];

/** Pages that are needed now and then: behind a menu on every page. */
export const SELDOM: readonly NavItem[] = [{ page: "access", label: "Access log", icon: "log", verb: "see_audit" }];

/** The table's parts, which narrow pages show one at a time. */
export const NARROW: readonly NavItem[] = [
  { page: "table", label: "Table", icon: "users" },
  { page: "order", label: "Turns", icon: "swords" },
  { page: "log", label: "Log", icon: "log" },
];

/** Behind "More" on narrow pages. */
export const MORE: readonly NavItem[] = [...WIDE.filter(({ page }) => page !== "table"), ...SELDOM];

/** The pages that are of use to somebody who may do this much. */
export function useful(items: readonly NavItem[], may: (verb: string) => boolean): readonly NavItem[] {
  return items.filter(({ verb }) => verb === undefined || may(verb));
}
