/** What the server would refuse anyway is said before the upload starts. */

export const IMAGE_TYPES = ["image/png", "image/jpeg", "image/webp", "image/gif"] as const;
export const MOST_BYTES = 5 * 1024 * 1024;
export const MOST_SIDE = 4096;

export function size(bytes: number): string {
  if (bytes < 1024) return `${bytes} B`;
  if (bytes < 1024 * 1024) return `${Math.round(bytes / 1024)} kB`;
  return `${(bytes / 1024 / 1024).toFixed(1)} MB`;
}

/** Why this file can't be used, or null. */
export function refusal(file: { type: string; size: number; name: string }): string | null {
  if (!(IMAGE_TYPES as readonly string[]).includes(file.type)) {
    return "Use a PNG, JPEG, WebP or GIF image.";
  }
  if (file.size === 0) return "This file is empty.";
  if (file.size > MOST_BYTES) return `This file is ${size(file.size)}; the most is ${size(MOST_BYTES)}.`;
  return null;
}

/** The same for what only decoding tells. */
export function sideRefusal(width: number, height: number): string | null {
  if (width <= MOST_SIDE && height <= MOST_SIDE) return null;
  return `This image is ${width} × ${height} pixels; neither side may be over ${MOST_SIDE}.`;
}
