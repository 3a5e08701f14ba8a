// The files of a drop, those inside dropped folders included.

/** Must be called while the drop event is handled: afterwards the browser forgets what was dropped. */
export function collect(dataTransfer) {
  const entries = [...dataTransfer.items].map((item) => item.webkitGetAsEntry?.()).filter(Boolean);
  const plain = [...dataTransfer.files].map((file) => ({ path: file.name, file }));
  return entries.some((entry) => entry.isDirectory) ? walk(entries) : Promise.resolve(plain);
}

async function walk(entries) {
  const found = [];
  const waiting = [...entries];
  while (waiting.length > 0) {
    const entry = waiting.shift();
    if (entry.isFile) {
      found.push({ path: entry.fullPath.replace(/^\//, ""), file: await new Promise((resolve, reject) => entry.file(resolve, reject)) });
      continue;
    }
    const reader = entry.createReader();
    // A reader gives its entries in parts, and an empty one at the end.
    for (let part = await read(reader); part.length > 0; part = await read(reader)) waiting.push(...part);
  }
  return found;
}

const read = (reader) => new Promise((resolve, reject) => reader.readEntries(resolve, reject));
