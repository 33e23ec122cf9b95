/**
 * A page to keep on the disk of the streaming machine and give to OBS as "Local file". OBS never retries a page that
 * did not load; this one always loads, asks until the server answers, and then goes there.
 */

/** Seconds between two questions: soon enough for a scene, gentle to a server that is starting. */
const ASK_S = 2;

/** Safe inside a script element: no end tag, no comment, no line end that JavaScript knows and JSON does not. */
function literal(text: string): string {
  return JSON.stringify(text).replace(
    /[<>&\u2028\u2029]/g,
    (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}

/** The page's source. `overlay` is the overlay's full link, token included: keep the file as private as the link. */
export function loaderHtml(overlay: string): string {
  const { origin, protocol } = new URL(overlay);
  if (protocol !== "http:" && protocol !== "https:")
    throw new Error("An overlay's link begins with http:// or https://");
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<title>Tablecast overlay</title>
<style>html, body { background: transparent; margin: 0 }</style>
<script>
  const overlay = ${literal(overlay)};
  const alive = ${literal(`${origin}/healthz`)};
  async function ask() {
    try {
      await fetch(alive, { mode: "no-cors", cache: "no-store", signal: AbortSignal.timeout(5000) });
      location.replace(overlay);
    } catch {
      setTimeout(ask, ${ASK_S * 1000} * (0.5 + Math.random()));
    }
  }
  ask();
</script>
</html>
`;
}
