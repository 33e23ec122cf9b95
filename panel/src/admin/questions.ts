/** What is asked before something is done to an account that can't simply be taken back. */

import { called } from "../lib/roles";
import type { AccountRow, Accounts } from "../state/accounts.svelte";
import type { Role } from "../state/roles.svelte";

export interface Question {
  title: string;
  action: string;
  text: string;
  /** What is said afterwards, where nothing in sight has changed. */
  done?: string;
  /** Where the call's state and its problem are. */
  place: string;
  /** Whether it was done. */
  run: () => Promise<boolean>;
}

export function disabling(accounts: Accounts, row: AccountRow): Question {
  return {
    title: `Disable the account of ${called(row)}?`,
    action: "Disable",
    text:
      "They are signed out everywhere and can't come back until you enable it. " +
      "Tokens that they made for overlays and programs end for good.",
    place: row.id,
    run: () => accounts.disable(row, true),
  };
}

export function giving(accounts: Accounts, row: AccountRow, role: Role): Question {
  return {
    title: `Give the role ${role.name} to ${called(row)}?`,
    action: "Give",
    text: `On the whole server they may then: ${role.permissions.join(", ") || "nothing more"}.`,
    place: row.id,
    run: () => accounts.give(row, role.id),
  };
}

export function loosening(accounts: Accounts, row: AccountRow): Question {
  return {
    title: `Has ${called(row)} lost the second factor?`,
    action: "Mail the link",
    text:
      "For whoever lost their app and their recovery codes. They get a link by mail, which removes it together with " +
      "their password; nothing changes before that.",
    done: `${called(row)} gets a mail with a link, and removes it with that and the password within half an hour.`,
    place: row.id,
    run: () => accounts.mailFactorLink(row),
  };
}

export function deleting(accounts: Accounts, row: AccountRow): Question {
  return {
    title: `Delete the account of ${called(row)}?`,
    action: "Delete",
    text: "Everything of theirs is erased, and their name in what others need is replaced. Nothing brings it back.",
    place: `gone:${row.id}`,
    run: () => accounts.remove(row),
  };
}
