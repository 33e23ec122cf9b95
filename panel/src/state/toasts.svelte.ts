/** Short notes at the edge of the page, read out by screen readers. */

export interface ToastAction {
  label: string;
  run(): void;
}

export interface Toast {
  id: number;
  tone: "info" | "bad" | "ask";
  text: string;
  /** Shown before the text with its own direction: somebody's name. */
  name: string | null;
  actions: readonly ToastAction[];
}

const MOST = 4;

export class Toasts {
  list = $state.raw<readonly Toast[]>([]);
  #ids = 0;

  say(text: string, options: Partial<Omit<Toast, "id" | "text">> = {}): number {
    this.#ids += 1;
    const toast: Toast = { id: this.#ids, tone: "info", name: null, actions: [], ...options, text };
    this.list = [...this.list, toast].slice(-MOST);
    return toast.id;
  }

  drop(id: number): void {
    this.list = this.list.filter((toast) => toast.id !== id);
  }
}
