/** What OBS tells a page (obs-browser's events need no permission). Outside of OBS nothing of this happens. */

declare global {
  interface Window {
    obsstudio?: { pluginVersion?: string };
  }
}

export const inObs = (page: Window = window): boolean => page.obsstudio !== undefined;

export interface Watcher {
  /** In the program that viewers see; null while OBS has not said so. */
  onAir(active: boolean): void;
  /** Drawn at all, in program or preview. */
  visible(visible: boolean): void;
}

function flag(event: Event, name: string): boolean | null {
  const { detail } = event as CustomEvent<Record<string, unknown> | null>;
  const value = detail?.[name];
  return typeof value === "boolean" ? value : null;
}

export function watchObs(watcher: Watcher, page: Window = window): void {
  let shown = true;
  const tell = (): void => watcher.visible(shown && page.document.visibilityState !== "hidden");
  page.addEventListener("obsSourceActiveChanged", (event) => {
    const active = flag(event, "active");
    if (active !== null) watcher.onAir(active);
  });
  page.addEventListener("obsSourceVisibleChanged", (event) => {
    shown = flag(event, "visible") ?? shown;
    tell();
  });
  page.document.addEventListener("visibilitychange", tell);
}
