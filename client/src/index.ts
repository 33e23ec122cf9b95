export { ASKED_CAP_MS, BASE_MS, CAP_MS, comesBack, delay } from "./backoff";
export { CommandError, DEADLINE_MS, MAX_PENDING, type Committed } from "./commands";
export { browser, socketUrl, uuid, type Environment, type Socket } from "./environment";
export { follow, type CommandOptions, type EventNews, type FollowOptions, type Table } from "./follow";
export { apply, merge } from "./reducer";
export type { Phase, Status } from "./status";
export { Store, type Readable } from "./store";
export * from "./types";
