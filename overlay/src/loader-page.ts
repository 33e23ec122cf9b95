import "@tablecast/design/base.css";
import "@tablecast/design/fonts.css";
import "@tablecast/design/tokens.css";
import { loaderHtml } from "./loader";
import "./loader-page.css";

/** `/overlay/loader.html?campaign=…#token=…`: the file to keep, made here in the browser. */
const query = new URLSearchParams(location.search);
const campaign = query.get("campaign") ?? "";
query.delete("campaign");
const rest = query.size > 0 ? `?${query}` : "";
const overlay = `${location.origin}/overlay/${encodeURIComponent(campaign)}${rest}${location.hash}`;
const page = document.getElementById("loader")!;

function line(tag: "h1" | "p" | "li", text: string): HTMLElement {
  const element = document.createElement(tag);
  element.textContent = text;
  return element;
}

if (campaign === "") {
  page.append(line("h1", "Which campaign?"), line("p", "Open this page from the panel, under “Overlay”."));
} else {
  const link = document.createElement("a");
  link.className = "button";
  link.href = URL.createObjectURL(new Blob([loaderHtml(overlay)], { type: "text/html" }));
  link.download = `tablecast-overlay-${campaign.replace(/[^a-z0-9-]/gi, "")}.html`;
  link.textContent = "Save the file";
  const steps = document.createElement("ol");
  steps.append(
    line("li", "Save the file on the machine that streams. It holds your overlay's token: keep it to yourself."),
    line("li", "In OBS, open the browser source's properties, tick “Local file” and choose it."),
    line("li", "Start OBS and Tablecast in any order: the overlay appears as soon as the server is there."),
  );
  page.append(line("h1", "An overlay that waits for the server"), link, steps);
}
