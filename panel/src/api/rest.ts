/** The REST side: one function that calls, and the calls by name. Failures are `Refused` with the server's problem. */

import type { Problem } from "../lib/model";
import { isProblem, made, Refused, unreachable } from "../lib/problem";

const DEADLINE_MS = 15_000;
/** A file may have images in it, and a slow line before it. */
const DOWNLOAD_MS = 120_000;

export interface Answer<T> {
  body: T;
  etag: string | null;
  /** Address of the next page, or null on the last. */
  next: string | null;
}

export interface Call {
  method?: string;
  body?: unknown;
  etag?: string | null;
  deadlineMs?: number;
}

/** What proves to the server who asks. */
export interface Proof {
  headers(): Promise<Record<string, string>>;
  /** The proof was refused: whether there is a better one now. */
  renew(): Promise<boolean>;
}

function byToken(token: string | null): Proof {
  return { headers: async () => (token ? { "X-Token": token } : {}), renew: async () => false };
}

export type Fetcher = (input: string, init: RequestInit) => Promise<Response>;

export class Rest {
  readonly proof: Proof;

  constructor(
    proof: Proof | string | null,
    private readonly fetcher: Fetcher = (input, init) => fetch(input, init),
  ) {
    this.proof = typeof proof === "object" && proof !== null ? proof : byToken(proof);
  }

  async call<T>(path: string, call: Call = {}): Promise<Answer<T>> {
    return answerOf<T>(await this.#proved(path, call));
  }

  async get<T>(path: string): Promise<T> {
    return (await this.call<T>(path)).body;
  }

  async send<T>(method: string, path: string, body?: unknown, etag?: string | null): Promise<T> {
    return (await this.call<T>(path, { method, body, etag: etag ?? null })).body;
  }

  /** A file of whatever size, with the name that the server gives it. */
  async download(path: string): Promise<{ file: Blob; name: string | null }> {
    const response = await this.#proved(path, { deadlineMs: DOWNLOAD_MS });
    if (!response.ok) await answerOf(response);
    const file = await response.blob().catch(() => {
      throw new Refused(unreachable());
    });
    return { file, name: /filename="([^"]+)"/.exec(response.headers.get("content-disposition") ?? "")?.[1] ?? null };
  }

  async #proved(path: string, call: Call): Promise<Response> {
    const response = await this.#fetch(path, call);
    return response.status === 401 && (await this.proof.renew()) ? this.#fetch(path, call) : response;
  }

  async #fetch(path: string, { method = "GET", body, etag, deadlineMs = DEADLINE_MS }: Call): Promise<Response> {
    const headers: Record<string, string> = { Accept: "application/json", ...(await this.proof.headers()) };
    if (body !== undefined) headers["Content-Type"] = "application/json";
    if (etag) headers["If-Match"] = etag;
    const init: RequestInit = { method, headers, signal: AbortSignal.timeout(deadlineMs), cache: "no-store" };
    if (body !== undefined) init.body = JSON.stringify(body);
    return this.fetcher(`/v1${path}`, init).catch(() => {
      throw new Refused(unreachable());
    });
  }
}

async function answerOf<T>(response: Response): Promise<Answer<T>> {
  const text = await response.text();
  const body = parsed(text);
  if (!response.ok) throw new Refused(problemIn(body, response.status));
  return {
    body: body as T,
    etag: response.headers.get("etag"),
    next: nextPage(response.headers.get("link")),
  };
}

function parsed(text: string): unknown {
  if (text === "") return null;
  try {
    return JSON.parse(text);
  } catch {
    return null; // an answer from something else than our server: its status still tells
  }
}

/** The server's own problem, or one made of the bare status where something in between answered. */
export function problemIn(body: unknown, status: number): Problem {
  if (isProblem(body)) return body;
  if (status === 0 || status === 502 || status === 503 || status === 504) return unreachable();
  if (status === 413) return made("too_large", "That is too large", status);
  return made("internal", `The server answered with status ${status}`, status);
}

/** The path behind `/v1` of a `Link: <…>; rel="next"` header. */
export function nextPage(link: string | null): string | null {
  const found = link ? /<([^>]+)>;\s*rel="?next"?/.exec(link)?.[1] : undefined;
  if (!found) return null;
  const url = new URL(found, "http://server");
  return url.pathname.replace(/^\/v1/, "") + url.search;
}
