/** Files that only somebody with a right may have: fetched with their proof, then handed to the browser to keep. */

import { Refused, unreachable } from "../lib/problem";
import { problemIn, type Rest } from "./rest";

const DEADLINE_MS = 120_000;

/** Raises `Refused`. */
export async function download(rest: Rest, path: string, name: string): Promise<void> {
  const response = await fetch(`/v1${path}`, {
    headers: await rest.proof.headers(),
    signal: AbortSignal.timeout(DEADLINE_MS),
    cache: "no-store",
  }).catch(() => {
    throw new Refused(unreachable());
  });
  if (!response.ok) {
    const body: unknown = await response.json().catch(() => null);
    throw new Refused(problemIn(body, response.status));
  }
  keep(await response.blob(), name);
}

function keep(file: Blob, name: string): void {
  const address = URL.createObjectURL(file);
  const link = document.createElement("a");
  link.href = address;
  link.download = name;
  link.click();
  URL.revokeObjectURL(address);
}
