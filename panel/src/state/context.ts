/** What any part of the page may reach without being handed it. */

import { createContext } from "svelte";

import type { Rest } from "../api/rest";
import type { Account } from "./account.svelte";
import type { Choice } from "./choice.svelte";
import type { Desk } from "./desk.svelte";
import type { Logbook } from "./logbook.svelte";
import type { Rights } from "./rights.svelte";
import type { Toasts } from "./toasts.svelte";

export const [getDesk, setDesk] = createContext<Desk>();
export const [getChoice, setChoice] = createContext<Choice>();
export const [getLogbook, setLogbook] = createContext<Logbook>();
export const [getToasts, setToasts] = createContext<Toasts>();
export const [getRights, setRights] = createContext<Rights>();
export const [getRest, setRest] = createContext<Rest>();
/** Who is signed in as a person; there on every page, also outside of a campaign. */
export const [getAccount, setAccount] = createContext<Account>();
/** Signs in with a token of any kind; rejects with `Refused`. */
export const [getEntry, setEntry] = createContext<(token: string) => Promise<void>>();
/** Opens a campaign for the person who is signed in, from a page outside of it. */
export const [getOpening, setOpening] = createContext<(campaign: string) => void>();
