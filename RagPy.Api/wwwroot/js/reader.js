// The reading page: PDF.js draws the pages that are in sight, with their text above them to select, and the passage marked.
import * as pdfjs from "../lib/pdfjs/pdf.min.mjs";
import { PdfPage } from "./pdf-page.js";
import { text } from "./text.js";

const library = new URL("../lib/pdfjs/", import.meta.url).href;
const MinScale = 0.25;
const MaxScale = 5;
const Step = 1.15;

pdfjs.GlobalWorkerOptions.workerSrc = `${library}pdf.worker.min.mjs`;

export function start() {
  new Reader(document.querySelector("[data-reader]"), JSON.parse(document.getElementById("reader-data").textContent)).open();
}

class Reader {
  #element;
  #data;
  #area;
  #input;
  #message;
  #pages = [];
  #current = 0;
  #scale = 1;
  #fits = true;
  #seen = new Set();

  constructor(element, data) {
    this.#element = element;
    this.#data = data;
    this.#area = element.querySelector("[data-pages]");
    this.#input = element.querySelector("[data-page-input]");
    this.#message = element.querySelector("[data-message]");
  }

  async open() {
    let pdf;
    try {
      // Strangers wrote the file: no scripts, no forms; the worker and its files come from here, and the page's policy allows no evaluation of code.
      pdf = await pdfjs.getDocument({
        url: this.#data.file,
        cMapUrl: `${library}cmaps/`,
        iccUrl: `${library}iccs/`,
        standardFontDataUrl: `${library}standard_fonts/`,
        wasmUrl: `${library}wasm/`,
        enableXfa: false,
        isEvalSupported: false,
        maxImageSize: 64 * 1024 * 1024,
      }).promise;
    } catch (error) {
      this.#message.textContent = text(
        error.name === "PasswordException" ? "reader.password" : error.status === 404 ? "reader.missing" : "reader.failed",
      );
      this.#element.dataset.state = "failed";
      return;
    }
    await this.#layOut(pdf);
    this.#message.remove();
    this.#bind();
    this.go(this.#data.page, "passage");
  }

  /** A place for every page, sized like the page that is opened; each corrects itself when it is drawn. */
  async #layOut(pdf) {
    const first = await pdf.getPage(Math.min(this.#data.page, pdf.numPages));
    const size = first.getViewport({ scale: 1 });
    for (let index = 1; index <= pdf.numPages; index++) {
      const highlights = this.#data.highlights.filter((h) => h.page === index).flatMap((h) => h.quads);
      const page = new PdfPage(pdf, index, size, highlights, this.#label(index));
      this.#pages.push(page);
      this.#area.append(page.element);
    }
    this.#fit();
    const watch = new IntersectionObserver((entries) => this.#look(entries), { root: this.#area, rootMargin: "50% 0px" });
    for (const page of this.#pages) watch.observe(page.element);
  }

  #look(entries) {
    for (const { target, isIntersecting } of entries) {
      const page = this.#pages[target.dataset.page - 1];
      if (isIntersecting) this.#seen.add(page);
      else this.#seen.delete(page);
    }
    for (const page of this.#pages) {
      if (this.#seen.has(page)) page.draw(this.#scale);
      else page.clear();
    }
  }

  #bind() {
    const on = (name, action) => this.#element.querySelector(`[data-${name}]`).addEventListener("click", action);
    on("previous", () => this.go(this.#current - 1));
    on("next", () => this.go(this.#current + 1));
    on("zoom-in", () => this.#zoom(this.#scale * Step));
    on("zoom-out", () => this.#zoom(this.#scale / Step));
    on("zoom-fit", () => this.#zoom(null));
    this.#area.addEventListener("scroll", () => this.#follow(), { passive: true });
    this.#input.addEventListener("change", () => this.#goToTyped());
    this.#input.addEventListener("focus", () => this.#input.select());
    document.addEventListener("keydown", (event) => this.#key(event));
    for (const link of document.querySelectorAll("[data-go]")) {
      link.addEventListener("click", (event) => {
        event.preventDefault();
        this.go(Number(link.dataset.go), "passage");
      });
    }
    new ResizeObserver(() => this.#fits && this.#zoom(null)).observe(this.#area);
  }

  #key(event) {
    if (event.target.closest("input, select, textarea, button, summary, a") && event.target !== this.#area) return;
    if (event.altKey || event.metaKey || (event.ctrlKey && !["+", "-", "0"].includes(event.key))) return;
    const keys = {
      n: () => this.go(this.#current + 1),
      p: () => this.go(this.#current - 1),
      "+": () => this.#zoom(this.#scale * Step),
      "-": () => this.#zoom(this.#scale / Step),
      0: () => this.#zoom(null),
    };
    if (!keys[event.key]) return;
    event.preventDefault();
    keys[event.key]();
  }

  /** Shows a page; with `place` "passage" at the marked passage, where there is one on it. */
  go(index, place) {
    const page = this.#pages[Math.min(Math.max(index, 1), this.#pages.length) - 1];
    const mark = place === "passage" && page.mark;
    const top = mark ? page.element.offsetTop + mark.offsetTop - this.#area.clientHeight / 3 : page.element.offsetTop - 8;
    this.#area.scrollTop = Math.max(0, top);
    this.#turn(page.index);
  }

  #goToTyped() {
    const typed = this.#input.value.trim().toLowerCase();
    const labelled = this.#pages.find((page) => this.#label(page.index).toLowerCase() === typed);
    this.go(labelled?.index ?? (Number.parseInt(typed, 10) || this.#current));
    this.#area.focus();
  }

  #follow() {
    const middle = this.#area.scrollTop + this.#area.clientHeight / 3;
    let [low, high] = [0, this.#pages.length - 1];
    while (low < high) {
      const half = (low + high + 1) >> 1;
      if (this.#pages[half].element.offsetTop <= middle) low = half;
      else high = half - 1;
    }
    this.#turn(low + 1);
  }

  #turn(index) {
    if (index === this.#current) return;
    this.#current = index;
    const label = this.#label(index);
    if (document.activeElement !== this.#input) this.#input.value = label;
    this.#element.querySelector("[data-page-of]").textContent = text("reader.of", { n: String(index), all: String(this.#pages.length) });
    this.#element.querySelector("[data-previous]").disabled = index === 1;
    this.#element.querySelector("[data-next]").disabled = index === this.#pages.length;
  }

  /** A scale, or null for the width of the window. The place one reads stays where it is. */
  #zoom(scale) {
    const page = this.#pages[Math.max(0, this.#current - 1)];
    const within = (this.#area.scrollTop - page.element.offsetTop) / page.element.offsetHeight;
    this.#fits = scale === null;
    if (scale === null) this.#fit();
    else this.#apply(Math.min(Math.max(scale, MinScale), MaxScale));
    this.#area.scrollTop = page.element.offsetTop + within * page.element.offsetHeight;
    for (const seen of this.#seen) seen.draw(this.#scale);
  }

  #fit() {
    const style = getComputedStyle(this.#area);
    const room = this.#area.clientWidth - Number.parseFloat(style.paddingLeft) - Number.parseFloat(style.paddingRight);
    const widest = this.#pages[Math.max(0, (this.#current || this.#data.page) - 1)].width;
    this.#apply(Math.min(room / widest, 2));
  }

  #apply(scale) {
    this.#scale = scale;
    for (const page of this.#pages) page.resize(scale);
    this.#element.querySelector("[data-zoom]").textContent = `${Math.round(scale * 75)} %`;
  }

  #label(index) {
    return this.#data.labels[index] ?? String(index);
  }
}
