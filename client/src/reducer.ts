import type { Patch, TableEvent, View } from "./types";

type Json = Record<string, unknown>;
type Merge = (before: unknown, patch: unknown) => unknown;

const isObject = (value: unknown): value is Json =>
  typeof value === "object" && value !== null && !Array.isArray(value);

const replace: Merge = (_before, patch) => patch;

/** A record: the named fields are replaced (or merged, where they have a rule of their own); null is a value. */
function record(fields: Record<string, Merge> = {}): Merge {
  return (before, patch) => {
    if (!isObject(before) || !isObject(patch)) return patch;
    const merged = Object.entries(patch).map(([key, value]): [string, unknown] => {
      const rule = Object.hasOwn(fields, key) ? fields[key] : undefined;
      return [key, rule && Object.hasOwn(before, key) ? rule(before[key], value) : value];
    });
    return Object.fromEntries([...Object.entries(before), ...merged]);
  };
}

/** A map: a key with null goes, a new key comes, an existing record is merged. */
function map(entry: Merge): Merge {
  return (before, patch) => {
    if (!isObject(before) || !isObject(patch)) return patch;
    const result = new Map(Object.entries(before));
    for (const [key, value] of Object.entries(patch)) {
      if (value === null) result.delete(key);
      else result.set(key, result.has(key) ? entry(result.get(key), value) : value);
    }
    return Object.fromEntries(result);
  };
}

const character = record({ stats: record(), resources: map(record()) });
const state = record({
  campaign: record(),
  characters: map(character),
  episodes: map(record()),
  layout: map(replace),
});

/** Lay a patch over a view (or a whole state). Neither is mutated, and what is not named keeps its identity. */
export function merge<T extends object>(target: T, patch: Patch): T {
  return state(target, patch) as T;
}

/** One reducer for every event there is or will be: an event is its patch. */
export function apply<T extends object = View>(view: T, event: Pick<TableEvent, "data">): T {
  const after = event.data.after;
  return after && Object.keys(after).length > 0 ? merge(view, after) : view;
}
