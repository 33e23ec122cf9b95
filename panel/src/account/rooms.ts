/** The pages of one's own account, as its menu lists them. */

import type { EntranceName } from "../state/entrance";
import type { IconName } from "../ui/icons";

export interface RoomItem {
  page: EntranceName;
  label: string;
  icon: IconName;
  /** Pages that one gets to from this one. */
  within?: readonly EntranceName[];
  /** What on the whole server it needs; for everybody where it does not say. */
  permission?: string;
}

export const ROOMS: readonly RoomItem[] = [
  { page: "account", label: "Profile", icon: "person", within: ["new-email"] },
  { page: "password", label: "Password", icon: "key" },
  { page: "ways-in", label: "Ways in", icon: "link", within: ["problem"] },
  { page: "security", label: "Second factor", icon: "shield" },
  { page: "devices", label: "Devices", icon: "obs" },
  { page: "data", label: "Your data", icon: "download", within: ["delete-account"] },
  { page: "groups", label: "Groups", icon: "users" },
  { page: "users", label: "Users", icon: "roster", permission: "users.read" },
  { page: "roles", label: "Roles", icon: "check", permission: "roles.read" },
  { page: "audit", label: "Audit log", icon: "log", permission: "audit.read" },
];
