/** All that the kit needs of the outside: a socket, a clock, chance, and news that the page woke up. */

export interface Socket {
  send(text: string): void;
  close(): void;
  onopen: (() => void) | null;
  onmessage: ((message: { data: unknown }) => void) | null;
  onclose: ((close: { code: number; reason: string }) => void) | null;
  onerror: (() => void) | null;
}

export interface Environment {
  open(url: string): Socket;
  /** Milliseconds since 1970. Wall time, because a monotonic clock may stand still while a laptop sleeps. */
  now(): number;
  /** Run once after so many milliseconds; answers how to cancel. */
  after(ms: number, run: () => void): () => void;
  random(): number;
  id(): string;
  /** Calls when the network or the page came back; answers how to stop. */
  onWake(run: () => void): () => void;
}

/** `crypto.randomUUID` exists only in secure contexts, and a panel on http://192.168.… is none. */
export function uuid(source: Crypto = crypto): string {
  if (typeof source.randomUUID === "function") return source.randomUUID();
  const bytes = source.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6]! & 0x0f) | 0x40;
  bytes[8] = (bytes[8]! & 0x3f) | 0x80;
  const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join("-");
}

function onWake(run: () => void): () => void {
  if (typeof window === "undefined") return () => undefined;
  const visible = (): void => {
    if (document.visibilityState === "visible") run();
  };
  window.addEventListener("online", run);
  window.addEventListener("pageshow", run);
  document.addEventListener("visibilitychange", visible);
  return () => {
    window.removeEventListener("online", run);
    window.removeEventListener("pageshow", run);
    document.removeEventListener("visibilitychange", visible);
  };
}

export function browser(): Environment {
  return {
    open: (url) => new WebSocket(url) as unknown as Socket,
    now: () => Date.now(),
    after: (ms, run) => {
      const timer = setTimeout(run, ms);
      return () => clearTimeout(timer);
    },
    random: Math.random,
    id: () => uuid(),
    onWake,
  };
}

/** The campaign's socket on a server given as http(s) or ws(s) address. The token never goes into an address. */
export function socketUrl(server: string, campaign: string): string {
  const url = new URL(server);
  url.protocol = url.protocol === "https:" || url.protocol === "wss:" ? "wss:" : "ws:";
  url.pathname = `${url.pathname.replace(/\/+$/, "")}/v1/campaigns/${encodeURIComponent(campaign)}/ws`;
  url.search = "";
  url.hash = "";
  return url.href;
}
