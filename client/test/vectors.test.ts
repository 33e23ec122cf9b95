import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { apply, merge, type Patch, type TableEvent } from "../src";

/** The same files run through the server's reducer. */
interface Side {
  before: object;
  after: object;
  events: (TableEvent | null)[];
}

interface Vector extends Side {
  name: string;
  views: Record<string, Side>;
  error?: object;
}

const folder = new URL("../../tests/contract/vectors/", import.meta.url);
const files = readdirSync(folder).filter((name) => name.endsWith(".json"));

const play = ({ before, events }: Side): object =>
  events.reduce((state, event) => (event === null ? state : apply(state, event)), before);

const unplay = ({ after, events }: Side): object =>
  events.reduceRight((state, event) => (event?.data.before ? merge(state, event.data.before as Patch) : state), after);

it("there are vectors to run", () => expect(files.length).toBeGreaterThanOrEqual(7));

describe.each(files)("%s", (file) => {
  const vectors = JSON.parse(readFileSync(new URL(file, folder), "utf8")) as Vector[];

  it.each(vectors.map((vector) => [vector.name, vector] as const))("%s", (_name, vector) => {
    expect(play(vector)).toEqual(vector.after);
    expect(unplay(vector)).toEqual(vector.before);
    expect(Object.keys(vector.views).sort()).toEqual(["gm", "public", "table"]);
    for (const side of Object.values(vector.views)) {
      expect(play(side)).toEqual(side.after);
      expect(unplay(side)).toEqual(side.before);
    }
  });
});
