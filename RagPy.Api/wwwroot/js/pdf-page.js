// One page of a PDF: a place of its size, and while it is in sight its drawing, its text and its marks.
import { TextLayer } from "../lib/pdfjs/pdf.min.mjs";
import { text } from "./text.js";

/** Pixels of a drawing: more is refused by some browsers, and seen by nobody. */
const MaxPixels = 16 * 1024 * 1024;

export class PdfPage {
  #pdf;
  #quads;
  #size;
  #scale = 0;
  #drawing = null;

  /** @param quads Boxes to mark, `[x0, y0, x1, y1]` in PDF units from the top left of the page as displayed. */
  constructor(pdf, index, size, quads, label) {
    this.#pdf = pdf;
    this.index = index;
    this.#quads = quads;
    this.#size = size;
    this.element = document.createElement("div");
    this.element.className = "pdf-page";
    this.element.id = `page-${index}`;
    this.element.dataset.page = index;
    this.element.setAttribute("role", "region");
    this.element.setAttribute("aria-label", text("reader.page", { page: label }));
    this.#mark();
  }

  /** Width at scale 1. */
  get width() {
    return this.#size.width;
  }

  /** The first marked box. */
  get mark() {
    return this.element.querySelector(".pdf-highlights i");
  }

  resize(scale) {
    this.element.style.width = `${Math.floor(this.#size.width * scale)}px`;
    this.element.style.height = `${Math.floor(this.#size.height * scale)}px`;
    this.element.style.setProperty("--total-scale-factor", scale * (this.#size.userUnit ?? 1));
    this.element.style.setProperty("--scale-round-x", "1px");
    this.element.style.setProperty("--scale-round-y", "1px");
  }

  async draw(scale) {
    if (this.#scale === scale) return;
    this.#stop();
    this.#scale = scale;
    const drawing = (this.#drawing = { tasks: [] });
    try {
      const page = await this.#pdf.getPage(this.index);
      if (this.#drawing !== drawing) return;
      this.#correct(page, scale);
      const viewport = page.getViewport({ scale });
      const canvas = await this.#paint(page, viewport, drawing);
      if (this.#drawing !== drawing) return;
      this.element.querySelector("canvas")?.remove();
      this.element.prepend(canvas);
      await this.#write(page, viewport, drawing);
      if (this.#drawing === drawing) this.element.dataset.drawn = "true";
    } catch (error) {
      if (this.#drawing === drawing && error.name !== "RenderingCancelledException" && error.name !== "AbortException") this.#fail();
    }
  }

  /** Out of sight: gives the memory back. */
  clear() {
    if (this.#scale === 0) return;
    this.#stop();
    this.#scale = 0;
    delete this.element.dataset.drawn;
    for (const part of this.element.querySelectorAll("canvas, .textLayer, .viewer-message")) part.remove();
  }

  #stop() {
    for (const task of this.#drawing?.tasks ?? []) task.cancel();
    this.#drawing = null;
  }

  /** Pages may differ in size, and be turned; the boxes count from the displayed one. */
  #correct(page, scale) {
    const size = page.getViewport({ scale: 1 });
    if (size.width !== this.#size.width || size.height !== this.#size.height) {
      this.#size = size;
      this.resize(scale);
    }
    this.#size = size;
    this.#mark();
  }

  async #paint(page, viewport, drawing) {
    const wanted = devicePixelRatio || 1;
    const ratio = Math.min(wanted, Math.sqrt(MaxPixels / (viewport.width * viewport.height)));
    const canvas = document.createElement("canvas");
    canvas.width = Math.floor(viewport.width * ratio);
    canvas.height = Math.floor(viewport.height * ratio);
    canvas.setAttribute("aria-hidden", "true");
    const task = page.render({ canvas, viewport, transform: ratio === 1 ? null : [ratio, 0, 0, ratio, 0, 0], annotationMode: 1 });
    drawing.tasks.push(task);
    await task.promise;
    return canvas;
  }

  async #write(page, viewport, drawing) {
    const container = document.createElement("div");
    container.className = "textLayer";
    const layer = new TextLayer({ textContentSource: page.streamTextContent({ includeMarkedContent: true }), container, viewport });
    drawing.tasks.push(layer);
    await layer.render();
    if (this.#drawing !== drawing) return;
    this.element.querySelector(".textLayer")?.remove();
    this.element.append(container);
  }

  /** In parts of the page, so that they need no thought when the size changes. */
  #mark() {
    if (this.#quads.length === 0) return;
    this.element.querySelector(".pdf-highlights")?.remove();
    const layer = document.createElement("div");
    layer.className = "pdf-highlights";
    layer.setAttribute("aria-hidden", "true");
    const unit = this.#size.userUnit ?? 1;
    const [width, height] = [this.#size.width / unit, this.#size.height / unit];
    for (const [x0, y0, x1, y1] of this.#quads) {
      const box = document.createElement("i");
      box.style.left = `${(x0 / width) * 100}%`;
      box.style.top = `${(y0 / height) * 100}%`;
      box.style.width = `${((x1 - x0) / width) * 100}%`;
      box.style.height = `${((y1 - y0) / height) * 100}%`;
      layer.append(box);
    }
    this.element.append(layer);
  }

  #fail() {
    const message = document.createElement("p");
    message.className = "viewer-message";
    message.textContent = text("reader.page.failed");
    this.element.append(message);
  }
}
