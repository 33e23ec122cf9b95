import { describe, expect, it } from "vitest";

import { type Fetcher, Rest } from "../src/api/rest";
import { Logbook } from "../src/state/logbook.svelte";
import { event } from "./tables";

/** A server with so many events in its log, which answers when it is told to. */
function server(count: number) {
  const asked: string[] = [];
  const held: (() => void)[] = [];
  const box = { asked, held, holding: false, down: false };
  const fetcher: Fetcher = async (url) => {
    asked.push(url);
    if (box.holding) await new Promise<void>((resolve) => held.push(resolve));
    if (box.down) throw new TypeError("no network");
    const query = new URL(url, "http://here").searchParams;
    const since = Number(query.get("since"));
    const page = Array.from({ length: count }, (_, index) => event(index + 1)).filter(({ seq }) => seq > since);
    return new Response(JSON.stringify(page.slice(0, Number(query.get("limit")))));
  };
  return { box, logbook: new Logbook(new Rest("adm_x", fetcher), "c") };
}

const seqs = ({ events }: Logbook): number[] => events.map(({ seq }) => seq);

describe("the log book", () => {
  it("begins with the newest page and goes back page by page, without a gap", async () => {
    const { logbook } = server(100);
    await logbook.begin(100);
    expect([seqs(logbook)[0], logbook.events.length, logbook.more]).toEqual([41, 60, true]);
    await logbook.older();
    expect(seqs(logbook)).toEqual(Array.from({ length: 100 }, (_, index) => index + 1));
    expect(logbook.more).toBe(false);
  });

  it("takes what happens meanwhile once", async () => {
    const { logbook } = server(3);
    logbook.add(event(3));
    logbook.add(event(4));
    await logbook.begin(3);
    expect(seqs(logbook)).toEqual([1, 2, 3, 4]);
  });

  it("has no gap behind what was told before it began anew", async () => {
    const { logbook } = server(400);
    await logbook.begin(100);
    logbook.add(event(250));
    await logbook.begin(400);
    while (logbook.more) await logbook.older();
    expect(seqs(logbook)).toEqual(Array.from({ length: 400 }, (_, index) => index + 1));
  });

  it("says why it could not be loaded, and can be asked again", async () => {
    const { box, logbook } = server(3);
    box.down = true;
    await logbook.begin(3);
    expect(logbook.problem?.code).toBe("unreachable");
    box.down = false;
    await logbook.begin(3);
    expect(logbook.problem).toBeNull();
    expect(seqs(logbook)).toEqual([1, 2, 3]);
  });

  it("forgets an answer that came after it began anew", async () => {
    const { box, logbook } = server(3);
    box.holding = true;
    const slow = logbook.begin(1);
    box.holding = false;
    await logbook.begin(3);
    box.down = true;
    for (const release of box.held) release();
    await slow;
    expect(logbook.problem).toBeNull();
    expect(seqs(logbook)).toEqual([1, 2, 3]);
  });
});
