/** The pages of one's own account, as its menu lists them. */

import type { UserOut } from "@tablecast/client";

import type { EntranceName } from "../state/entrance";
import type { IconName } from "../ui/icons";

export interface RoomItem {
  page: EntranceName;
  label: string;
  icon: IconName;
  /** Who gets to see it; everybody where it does not say. */
  for?: (user: UserOut) => boolean;
}

export const ROOMS: readonly RoomItem[] = [
  { page: "account", label: "Profile", icon: "person" },
  { page: "password", label: "Password", icon: "key" },
  { page: "devices", label: "Devices", icon: "obs" },
];
