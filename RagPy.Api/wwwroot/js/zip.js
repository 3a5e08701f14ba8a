// Packs files into a ZIP without compressing them (APPNOTE 6.3.10). The files are read once, for their checksums; the archive itself only refers to them, so that
// a library of gigabytes takes no memory.
import { text } from "./text.js";

const MaxBytes = 0xfffffff0;
const Utf8Names = 0x0800;
const encoder = new TextEncoder();

const table = Uint32Array.from({ length: 256 }, (_, byte) => {
  for (let bit = 0; bit < 8; bit++) byte = byte & 1 ? (byte >>> 1) ^ 0xedb88320 : byte >>> 1;
  return byte;
});

/** @param files `{path, file}` each; @param onProgress takes bytes read and bytes in all. */
export async function zip(files, signal, onProgress) {
  const all = files.reduce((sum, { file }) => sum + file.size, 0);
  if (all > MaxBytes || files.length > 0xfffe) throw new Error(text("upload.huge"));
  const parts = [];
  const directory = [];
  let offset = 0;
  let done = 0;
  for (const { path, file } of files) {
    const name = encoder.encode(path);
    const checksum = await checksumOf(path, file, signal, (read) => onProgress((done += read), all));
    const local = header(0x04034b50, 30, (view) => describe(view, 4, name, checksum, file.size));
    const central = header(0x02014b50, 46, (view) => {
      view.setUint16(4, 20, true);
      describe(view, 6, name, checksum, file.size);
      view.setUint32(42, offset, true);
    });
    parts.push(local, name, file);
    directory.push(central, name);
    offset += local.byteLength + name.length + file.size;
  }
  const length = directory.reduce((sum, part) => sum + part.byteLength, 0);
  const end = header(0x06054b50, 22, (view) => {
    view.setUint16(8, files.length, true);
    view.setUint16(10, files.length, true);
    view.setUint32(12, length, true);
    view.setUint32(16, offset, true);
  });
  return new Blob([...parts, ...directory, end], { type: "application/zip" });
}

function header(signature, length, fill) {
  const view = new DataView(new ArrayBuffer(length));
  view.setUint32(0, signature, true);
  fill(view);
  return new Uint8Array(view.buffer);
}

/** The fields that local and central headers share, from "version needed" on. */
function describe(view, at, name, checksum, size) {
  view.setUint16(at, 20, true);
  view.setUint16(at + 2, Utf8Names, true);
  view.setUint16(at + 8, 0x21, true);
  view.setUint32(at + 10, checksum, true);
  view.setUint32(at + 14, size, true);
  view.setUint32(at + 18, size, true);
  view.setUint16(at + 22, name.length, true);
}

async function checksumOf(path, file, signal, onRead) {
  let crc = 0xffffffff;
  const reader = file.stream().getReader();
  try {
    for (;;) {
      signal.throwIfAborted();
      const { done, value } = await reader.read();
      if (done) return (crc ^ 0xffffffff) >>> 0;
      for (let i = 0; i < value.length; i++) crc = table[(crc ^ value[i]) & 0xff] ^ (crc >>> 8);
      onRead(value.length);
    }
  } catch (error) {
    if (error.name === "AbortError") throw error;
    throw new Error(text("upload.unreadable", { name: path }));
  }
}
