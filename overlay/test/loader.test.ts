import { describe, expect, it } from "vitest";
import { loaderHtml } from "../src/loader";

function run(html: string, answers: boolean[]) {
  const script = /<script>([\s\S]*)<\/script>/.exec(html)?.[1] ?? "";
  const asked: string[] = [];
  const gone: string[] = [];
  const waits: (() => void)[] = [];
  const fetch = (url: string): Promise<void> => {
    asked.push(url);
    return answers.shift() ? Promise.resolve() : Promise.reject(new Error("refused"));
  };
  const location = { replace: (url: string) => gone.push(url) };
  new Function("fetch", "location", "setTimeout", "AbortSignal", script)(
    fetch,
    location,
    (ask: () => void) => waits.push(ask),
    { timeout: () => undefined },
  );
  return { asked, gone, waits };
}

describe("the loader", () => {
  it("asks until the server answers, then goes to the overlay", async () => {
    const link = "http://127.0.0.1:8000/overlay/emberfall?tier=large#token=ovl_x";
    const { asked, gone, waits } = run(loaderHtml(link), [false, true]);
    await Promise.resolve().then().then();
    expect(gone).toEqual([]);
    waits[0]?.();
    await Promise.resolve().then().then();
    expect(asked).toEqual(Array(2).fill("http://127.0.0.1:8000/healthz"));
    expect(gone).toEqual([link]);
  });

  it("cannot be broken out of by a link", () => {
    const html = loaderHtml("http://h/overlay/x#token=</script><script>alert(1)//\u2028<!--");
    expect(html.match(/<\/?script/g)).toHaveLength(2);
    expect(html).not.toContain("\u2028");
    expect(html).not.toContain("<!--");
  });

  it("goes to web addresses only", () => {
    expect(() => loaderHtml("javascript:alert(1)")).toThrow("http");
  });
});
