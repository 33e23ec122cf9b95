/** What any part of the page may reach without being handed it. */

import { createContext } from "svelte";

import type { Rest } from "../api/rest";
import type { Choice } from "./choice.svelte";
import type { Desk } from "./desk.svelte";
import type { Logbook } from "./logbook.svelte";
import type { Toasts } from "./toasts.svelte";

export const [getDesk, setDesk] = createContext<Desk>();
export const [getChoice, setChoice] = createContext<Choice>();
export const [getLogbook, setLogbook] = createContext<Logbook>();
export const [getToasts, setToasts] = createContext<Toasts>();
export const [getRest, setRest] = createContext<Rest>();
