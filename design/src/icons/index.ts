export { conditionIcon, conditionIcons, states } from "./conditions";
export { dot, type Glyph } from "./glyph";
export { ui, type UiIcon } from "./ui";
