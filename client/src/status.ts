export type Phase = "connecting" | "live" | "stale" | "retrying" | "stopped";

/**
 * connecting: the first try · live: every change arrives · stale: connected, but a heartbeat is overdue ·
 * retrying: lost, comes back by itself · stopped: an answer that trying again would not change, or `close()`.
 */
export interface Status {
  phase: Phase;
  /** Milliseconds since 1970: when this phase began. */
  since: number;
  /** For people; null while all is well. */
  reason: string | null;
  /** The socket's close code behind it, where there is one. */
  code: number | null;
  /** When the next try begins; null unless retrying. */
  retryAt: number | null;
}
