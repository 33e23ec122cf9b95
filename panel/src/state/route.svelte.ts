/** Which page is open, kept in the address so that Back and a dock's reload lead to the same one. */

export const PAGES = [
  "table",
  "order",
  "log",
  "layout",
  "overlay",
  "episodes",
  "people",
  "settings",
  "access",
] as const;
export type Page = (typeof PAGES)[number];

function read(): Page {
  const found = location.hash.slice(1) as Page;
  return PAGES.includes(found) ? found : "table";
}

class Route {
  page = $state<Page>(read());

  constructor() {
    addEventListener("hashchange", () => (this.page = read()));
  }

  go(page: Page): void {
    if (page !== this.page) location.hash = page;
  }
}

export const route = new Route();
