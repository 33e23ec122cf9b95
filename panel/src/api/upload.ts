/** Sending an image with its progress, which `fetch` cannot tell. */

import { made, Refused, unreachable } from "../lib/problem";
import { problemIn, type Rest } from "./rest";

const DEADLINE_MS = 120_000;

export interface Upload {
  /** The server's answer; rejects with `Refused`. */
  done: Promise<unknown>;
  cancel(): void;
}

export function upload(rest: Rest, path: string, file: Blob, name: string, tell: (part: number) => void): Upload {
  const request = new XMLHttpRequest();
  const done = new Promise<unknown>((resolve, reject) => {
    request.upload.onprogress = ({ loaded, total }) => tell(total ? loaded / total : 0);
    request.onload = () => settle(request, resolve, reject);
    request.onerror = () => reject(new Refused(unreachable()));
    request.ontimeout = () => reject(new Refused(made("timeout", "The upload took too long")));
    request.onabort = () => reject(stop());
  });
  const form = new FormData();
  form.append("file", file, name);
  request.open("POST", `/v1${path}`);
  request.timeout = DEADLINE_MS;
  request.responseType = "json";
  let stopped = false;
  const sent = rest.proof.headers().then((headers) => {
    for (const [key, value] of Object.entries(headers)) request.setRequestHeader(key, value);
    if (stopped) throw stop();
    request.send(form);
    return done;
  });
  const cancel = (): void => {
    stopped = true;
    request.abort();
  };
  return { done: sent, cancel };
}

function stop(): Refused {
  return new Refused(made("cancelled", "The upload was stopped"));
}

function settle(request: XMLHttpRequest, resolve: (body: unknown) => void, reject: (why: Refused) => void): void {
  const body: unknown = request.response;
  if (request.status >= 200 && request.status < 300) resolve(body);
  else reject(new Refused(problemIn(body, request.status)));
}
