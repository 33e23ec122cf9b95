/** A server of fixed answers for `Rest`: by method and path, each noted as it is asked. */

import { type Fetcher, Rest } from "../src/api/rest";

type Reply = { status?: number; body?: unknown; next?: string };

export class Answers {
  /** "METHOD /path" of every call, in order. */
  readonly asked: string[] = [];
  /** What was sent with the last call that had a body. */
  sent: unknown = null;
  readonly #table = new Map<string, Reply>();

  /** From now on; a refusal is a status of 400 and more. */
  on(call: string, body: unknown = null, { status = 200, next }: Omit<Reply, "body"> = {}): this {
    this.#table.set(call, { status, body, ...(next ? { next } : {}) });
    return this;
  }

  refuse(call: string, code: string, detail: string, status = 403, retry_after_ms?: number): this {
    return this.on(call, { code, title: detail, detail, status, errors: [], retry_after_ms }, { status });
  }

  get rest(): Rest {
    return new Rest(null, this.#fetch);
  }

  #fetch: Fetcher = (address, { method, body }) => {
    const call = `${method} ${address.replace(/^\/v1/, "")}`;
    this.asked.push(call);
    if (typeof body === "string") this.sent = JSON.parse(body);
    const reply = this.#table.get(call);
    if (!reply) return Promise.reject(new Error(`nobody answers ${call}`));
    const headers: Record<string, string> = reply.next ? { link: `<http://here/v1${reply.next}>; rel="next"` } : {};
    const text = reply.body === null ? null : JSON.stringify(reply.body);
    return Promise.resolve(new Response(text, { status: reply.status ?? 200, headers }));
  };
}
