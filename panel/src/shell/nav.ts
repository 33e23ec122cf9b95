import type { Page } from "../state/route.svelte";
import type { IconName } from "../ui/icons";

export interface NavItem {
  page: Page;
  label: string;
  icon: IconName;
}

/** Pages of the wide bar. */
export const WIDE: readonly NavItem[] = [
  { page: "table", label: "Table", icon: "users" },
  { page: "layout", label: "Layout", icon: "layout" },
  { page: "overlay", label: "Overlay", icon: "obs" },
  { page: "episodes", label: "Episodes", icon: "film" },
  { page: "settings", label: "Settings", icon: "settings" },
];

/** The table's parts, which narrow pages show one at a time. */
export const NARROW: readonly NavItem[] = [
  { page: "table", label: "Table", icon: "users" },
  { page: "order", label: "Turns", icon: "swords" },
  { page: "log", label: "Log", icon: "log" },
];

/** Behind "More" on narrow pages. */
export const MORE: readonly NavItem[] = WIDE.filter(({ page }) => page !== "table");
