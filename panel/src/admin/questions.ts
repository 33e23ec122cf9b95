/** What is asked before something is done to an account that can't simply be taken back. */

import { called } from "../lib/roles";
import type { AccountRow, Accounts } from "../state/accounts.svelte";
import type { Role } from "../state/roles.svelte";

export interface Question {
  title: string;
  action: string;
  text: string;
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
    title: `Remove the second factor of ${called(row)}?`,
    action: "Remove",
    text:
      "For whoever lost their app and their recovery codes: be sure that it is they who ask. " +
      "Their password is enough to sign in then; they are signed out everywhere, and get a mail.",
    place: row.id,
    run: () => accounts.dropFactor(row),
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
