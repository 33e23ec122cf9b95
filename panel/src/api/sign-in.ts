/** From a token, of whatever kind, to a session. */

import { made, Refused } from "../lib/problem";
import { isOneTime, type Session } from "./credential";
import { Rest } from "./rest";

interface Who {
  kind: string;
  campaign: string | null;
  role: string | null;
}

/** Raises `Refused`: the token is wrong, used, too old, or of a kind that can't run a table. */
export async function signIn(token: string): Promise<Session> {
  if (isOneTime(token)) {
    const signed = await new Rest(null).send<{ token: string; campaign: string }>("POST", "/sign-in", { token });
    return { token: signed.token, campaign: signed.campaign, many: false };
  }
  const who = await new Rest(token).get<Who>("/session");
  if (who.role === "overlay") {
    throw new Refused(made("forbidden", "This token is for an overlay: it can watch, but not change anything.", 403));
  }
  return { token, campaign: who.campaign, many: who.campaign === null };
}

export function openCampaign(session: Session, campaign: string | null): Session {
  return { ...session, campaign };
}
