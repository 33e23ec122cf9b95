/** The connection in words. */

import type { Status } from "@tablecast/client";

import { secondsUntil } from "./when";

export interface Said {
  tone: "good" | "busy" | "bad";
  short: string;
  long: string;
  /** What a screen reader says, once: it changes with what is wrong or waits, not with each second of a countdown. */
  spoken: string;
}

export function connectionSaid(status: Status, now: number, waiting: number): Said {
  const held =
    waiting === 0 ? "" : ` ${waiting === 1 ? "One change waits" : `${waiting} changes wait`} and will be sent then.`;
  const said = shown(status, now, held);
  const spoken =
    status.phase === "retrying" ? `The server can't be reached; it is tried again by itself.${held}` : said.long;
  return { ...said, spoken };
}

function shown(status: Status, now: number, held: string): Omit<Said, "spoken"> {
  switch (status.phase) {
    case "live":
      return { tone: "good", short: "Live", long: "Connected; every change arrives at once." };
    case "connecting":
      return { tone: "busy", short: "Connecting", long: `Connecting to the server.${held}` };
    case "stale":
      return {
        tone: "busy",
        short: "Checking",
        long: "No sign of life from the server; looking whether it is still there.",
      };
    case "retrying": {
      const seconds = secondsUntil(status.retryAt ?? now, now);
      const when = seconds > 0 ? `trying again in ${seconds} s` : "trying again now";
      return {
        tone: "bad",
        short: seconds > 0 ? `Retry in ${seconds} s` : "Retrying",
        long: `The server can't be reached; ${when}.${held}`,
      };
    }
    case "stopped":
      return { tone: "bad", short: "Stopped", long: status.reason ?? "The server ended the connection." };
  }
}
