/** Hand a file to the browser as if a link to it had been pressed. */
export function save(file: Blob, name: string): void {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(file);
  link.download = name;
  link.click();
  // The download has its own hold on the file once it began; some browsers begin it a little later.
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}
