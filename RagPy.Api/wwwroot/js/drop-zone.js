// Bringing files in: dropped or chosen, looked through, packed when they are a folder, sent, then shown in their project.
import { call, upload } from "./api.js";
import { collect } from "./dropped-files.js";
import { bytes, count, text } from "./text.js";
import { zip } from "./zip.js";

export function start() {
  for (const element of document.querySelectorAll("[data-drop]")) new DropZone(element);
}

class DropZone {
  #element;
  #running = null;

  constructor(element) {
    this.#element = element;
    this.#listenForDrops();
    for (const name of ["files", "folder"]) {
      const field = this.#find(`[data-drop-${name}]`);
      field.addEventListener("change", () => {
        const entries = [...field.files].map((file) => ({ path: file.webkitRelativePath || file.name, file }));
        field.value = "";
        if (entries.length > 0) this.#run(() => this.#bring(entries));
      });
    }
    this.#find("[data-drop-sample]").addEventListener("click", () => this.#run(() => this.#bringSample()));
    this.#find("[data-upload-cancel]").addEventListener("click", () => this.#running?.abort());
  }

  #find(selector) {
    return this.#element.querySelector(selector);
  }

  /** The whole window takes drops, so that nobody who misses the frame leaves the page for the file. */
  #listenForDrops() {
    let depth = 0;
    const over = (on) => this.#element.classList.toggle("over", on);
    addEventListener("dragenter", (event) => {
      event.preventDefault();
      over(++depth > 0);
    });
    addEventListener("dragleave", () => over(--depth > 0));
    addEventListener("dragover", (event) => event.preventDefault());
    addEventListener("drop", (event) => {
      event.preventDefault();
      depth = 0;
      over(false);
      const dropped = collect(event.dataTransfer);
      this.#run(async () => this.#bring(await dropped));
    });
  }

  /** One thing at a time; what goes wrong is said below. */
  async #run(work) {
    if (this.#running) return;
    this.#running = new AbortController();
    this.#find("[data-upload-problem]").hidden = true;
    try {
      await work();
    } catch (error) {
      this.#find("[data-upload]").hidden = true;
      if (error.name === "AbortError") {
        this.#say(text("upload.cancelled"));
      } else {
        const problem = this.#find("[data-upload-problem]");
        problem.textContent = error.message;
        problem.hidden = false;
      }
    } finally {
      this.#running = null;
    }
  }

  async #bring(entries) {
    const plan = planOf(entries);
    this.#show(plan.name, "", null);
    const signal = this.#running.signal;
    const files = plan.pack
      ? [{ name: `${plan.name}.zip`, blob: await zip(plan.files, signal, (done, all) => this.#show(plan.name, text("upload.packing", { done: bytes(done), all: bytes(all) }), done / all)) }]
      : plan.files.map(({ file }) => ({ name: file.name, blob: file }));
    const project = await this.#project(plan.name);
    const form = new FormData();
    form.append("name", plan.name);
    form.append("start", "if-free");
    for (const { name, blob } of files) form.append("file", blob, name);
    const begun = performance.now();
    const sending = upload(`/projects/${project}/sessions`, form, (done, all) => {
      const rate = done / Math.max(0.2, (performance.now() - begun) / 1000);
      this.#show(plan.name, done < all ? text("upload.figures", { done: bytes(done), all: bytes(all), rate: bytes(rate) }) : text("upload.taking"), done < all ? done / all : null);
    });
    signal.addEventListener("abort", () => sending.cancel());
    this.#open((await sending).session);
  }

  async #bringSample() {
    this.#show(text("upload.sample.name"), text("upload.sample"), null);
    const project = await this.#project(text("upload.sample.name"));
    this.#open((await call("POST", `/projects/${project}/sessions/sample`)).session);
  }

  #open(session) {
    this.#say(text(session.task ? "upload.sent" : "upload.kept"));
    location.assign(`/projects/${session.projectId}?opened=${session.id}#session-${session.id}`);
  }

  /** The project of the page, the one chosen, or a new one named after what is brought in. */
  async #project(name) {
    const known = this.#element.dataset.project || this.#find("[data-drop-target]")?.value;
    if (known) return known;
    for (let attempt = 1; ; attempt++) {
      try {
        return (await call("POST", "/projects", { name: attempt === 1 ? name : `${name} (${attempt})` })).id;
      } catch (error) {
        if (error.status !== 409 || attempt >= 50) throw error;
      }
    }
  }

  #show(name, figures, part) {
    this.#find("[data-upload]").hidden = false;
    this.#find("[data-upload-name]").textContent = name;
    this.#find("[data-upload-figures]").textContent = figures;
    const bar = this.#find("[data-upload-bar]");
    if (part === null) bar.removeAttribute("value");
    else bar.value = part;
  }

  #say(message) {
    this.#find("[data-upload-status]").textContent = message;
  }
}

/** What the files are, and what to send: a ZIP, a CSV or loose PDFs as they are, anything with a Zotero export packed. */
function planOf(entries) {
  const ends = (suffix) => entries.filter(({ path }) => path.toLowerCase().endsWith(suffix));
  const zips = ends(".zip");
  const jsons = ends(".json");
  const pdfs = ends(".pdf");
  const tables = [...ends(".csv"), ...ends(".tsv")];
  if (zips.length > 0 && jsons.length === 0) {
    if (zips.length > 1 || pdfs.length > 0) throw new Error(text("upload.mixed"));
    return { name: stem(zips[0].path), files: zips };
  }
  if (jsons.length === 1 && entries.length === 1) return { name: stem(jsons[0].path), files: jsons };
  if (jsons.length > 0) return { name: folderOf(entries) ?? stem(jsons[0].path), files: entries, pack: true };
  if (pdfs.length === 0 && tables.length > 1) throw new Error(text("upload.mixed"));
  if (pdfs.length === 0 && tables.length === 1) return { name: stem(tables[0].path), files: tables };
  if (pdfs.length === 0) throw new Error(text("upload.none"));
  return { name: folderOf(pdfs) ?? (pdfs.length === 1 ? stem(pdfs[0].path) : `${stem(pdfs[0].path)} + ${count("files", pdfs.length - 1)}`), files: pdfs };
}

const stem = (path) => path.split("/").pop().replace(/\.[^.]+$/, "").slice(0, 200);

/** The folder that all files are in. */
function folderOf(entries) {
  const first = entries[0].path.split("/");
  return first.length > 1 && entries.every(({ path }) => path.startsWith(`${first[0]}/`)) ? first[0].slice(0, 200) : null;
}
