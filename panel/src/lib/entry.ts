/** The amount being typed on the selected card: up to four digits and whether it is a critical hit. */

export interface Entry {
  readonly digits: string;
  readonly critical: boolean;
}

export const EMPTY: Entry = { digits: "", critical: false };
const MOST_DIGITS = 4; // the server refuses amounts above 9,999

export function typed(entry: Entry, digit: string): Entry {
  if (!/^\d$/.test(digit) || entry.digits.length >= MOST_DIGITS) return entry;
  return { ...entry, digits: entry.digits === "0" ? digit : entry.digits + digit };
}

export function erased(entry: Entry): Entry {
  return { ...entry, digits: entry.digits.slice(0, -1) };
}

/** What a text field holds, reduced to an entry; letters and signs are dropped. */
export function fromText(entry: Entry, text: string): Entry {
  const digits = text
    .replace(/\D/g, "")
    .replace(/^0+(?=\d)/, "")
    .slice(0, MOST_DIGITS);
  return { ...entry, digits };
}

/** The amount, or null where nothing (or zero) is typed. */
export function amountOf(entry: Entry): number | null {
  const amount = Number(entry.digits);
  return amount > 0 ? amount : null;
}
