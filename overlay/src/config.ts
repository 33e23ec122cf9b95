import type { Tier } from "@tablecast/client";

export interface Config {
  campaign: string;
  token: string | null;
  /** Asked for in the address; null lets the size of the source decide. */
  tier: Tier | null;
  /** Shows what is wrong, in a corner, even in OBS. */
  debug: boolean;
  /** How the panel lists this source. */
  name: string | null;
}

const TIERS: readonly string[] = ["large", "medium", "compact"];

export const isTier = (text: string | null): text is Tier => text !== null && TIERS.includes(text);

/** `/overlay/{campaign}?tier=&debug=&name=#token=`. The token is behind the #, which never reaches a server's log.
 * `?token=` is understood for programs that cut the # off, and for overlays' tokens only. */
export function readConfig(address: { pathname: string; search: string; hash: string }): Config {
  const query = new URLSearchParams(address.search);
  const secret = new URLSearchParams(address.hash.slice(1));
  const [, campaign = ""] = /\/overlay\/([^/]+)/.exec(address.pathname) ?? [];
  const tier = query.get("tier");
  return {
    campaign: decode(campaign),
    token: secret.get("token") || overlays(query.get("token")),
    tier: isTier(tier) ? tier : null,
    debug: query.get("debug") === "1",
    name: query.get("name")?.slice(0, 80) || null,
  };
}

const overlays = (token: string | null): string | null => (token?.startsWith("ovl_") ? token : null);

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text; // a stray % is not worth a blank source; the server will say that there is no such campaign
  }
}
