/** A text as a QR code: what to draw, in modules, made in the page so that a secret goes nowhere. */

import { encode } from "uqr";

/** Light modules around it, without which cameras don't find it (ISO/IEC 18004). */
const QUIET = 4;

export interface Drawing {
  /** Modules on each side. */
  size: number;
  /** The dark ones, as the `d` of a path. */
  path: string;
}

export function qrOf(text: string): Drawing {
  const { data, size } = encode(text, { ecc: "M", border: QUIET });
  return { size, path: data.map(rowOf).join("") };
}

/** Dark modules that touch are drawn as one piece, so that no hairline is between them. */
function rowOf(row: readonly boolean[], y: number): string {
  let drawn = "";
  for (let x = 0; x < row.length; x += 1) {
    if (!row[x]) continue;
    const from = x;
    while (row[x + 1]) x += 1;
    drawn += `M${from} ${y}h${x - from + 1}v1h${from - x - 1}z`;
  }
  return drawn;
}
