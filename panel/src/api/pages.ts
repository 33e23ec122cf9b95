/** Lists that come in pages. */

import type { Answer, Rest } from "./rest";

/** Pages read at most for one list: a bound on what a wrong `Link` header could cause. */
const MOST_PAGES = 50;

/** Everything of a list, page after page. Raises `Refused` where one of them is refused. */
export async function everything<T>(rest: Rest, path: string): Promise<T[]> {
  const found: T[] = [];
  let next: string | null = path;
  for (let page = 0; next !== null && page < MOST_PAGES; page += 1) {
    const answer: Answer<T[]> = await rest.call<T[]>(next);
    found.push(...answer.body);
    next = answer.next;
  }
  return found;
}
