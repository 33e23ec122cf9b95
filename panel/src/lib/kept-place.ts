/** Where somebody wanted to be before they left for a provider; this tab remembers it until they are back. */

type Shelf = Pick<Storage, "getItem" | "setItem" | "removeItem">;
const KEY = "tablecast.place";

export function keepPlace(shelf: Shelf, name: string | null): void {
  if (name) shelf.setItem(KEY, name);
  else shelf.removeItem(KEY);
}

/** Told once. */
export function keptPlace(shelf: Shelf): string | null {
  const name = shelf.getItem(KEY);
  shelf.removeItem(KEY);
  return name;
}
