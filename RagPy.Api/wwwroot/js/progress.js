// Sessions at work: numbers and documents as the server sends them, by events, or by asking where events do not come through.
import { call, url } from "./api.js";
import { replace, update } from "./documents.js";
import { duration, number, text } from "./text.js";

const AskEvery = 2000;
const AnnounceEvery = 10000;
const RefreshEvery = 1500;

export function start() {
  for (const session of document.querySelectorAll("[data-session][data-task]")) new Progress(session).listen();
}

class Progress {
  #session;
  #task;
  #announced = performance.now();
  #refresh = null;

  constructor(session) {
    this.#session = session;
    this.#task = session.dataset.task;
  }

  get #list() {
    return this.#session.querySelector("[data-documents]") ?? document.querySelector(`main > [data-documents]`);
  }

  listen() {
    const events = new EventSource(url(`/tasks/${this.#task}/events`));
    events.addEventListener("progress", (event) => this.#show(JSON.parse(event.data)));
    events.addEventListener("documents", (event) => this.#change(JSON.parse(event.data)));
    events.addEventListener("end", () => {
      events.close();
      this.#end();
    });
    events.addEventListener("error", () => {
      // The browser reconnects by itself, from the last event on, unless the server refused.
      if (events.readyState === EventSource.CLOSED) this.#ask();
      else this.#figure("rate").textContent = text("progress.lost");
    });
  }

  async #ask() {
    for (;;) {
      try {
        const task = await call("GET", `/tasks/${this.#task}`);
        this.#show(task);
        this.#refreshSoon();
        if (["completed", "cancelled", "failed"].includes(task.state)) return this.#end();
      } catch (error) {
        if (error.status === 404) return location.reload();
        this.#figure("rate").textContent = text("progress.lost");
      }
      await new Promise((resolve) => setTimeout(resolve, AskEvery));
    }
  }

  #figure(name) {
    return this.#session.querySelector(`[data-figure="${name}"]`);
  }

  #show(task) {
    const ended = task.done + task.failed + task.cancelled;
    const values = { done: number(ended, 0), all: number(task.documents, 0) };
    const bar = this.#session.querySelector("[data-bar]");
    bar.max = Math.max(1, task.documents);
    if (task.sourceRead) bar.value = ended;
    this.#figure("done").textContent = text("progress.done", values);
    this.#figure("rate").textContent =
      ended > 0 ? text("progress.rate", { documents: task.documentsPerSecond, pages: task.pagesPerSecond }) : "";
    this.#figure("left").textContent =
      task.state === "pending" ? text("progress.waiting")
      : !task.sourceRead ? text("progress.reading")
      : task.remainingSeconds > 0 ? text("progress.left", { time: duration(task.remainingSeconds) })
      : "";
    const open = (stage) =>
      task.stages.filter((s) => s.stage === stage && (s.state === "pending" || s.state === "leased")).reduce((sum, s) => sum + s.count, 0);
    for (const item of this.#session.querySelectorAll("[data-progress] [data-stage]")) {
      const stage = item.dataset.stage;
      item.querySelector("b").textContent = number(stage === "done" ? task.done : stage === "failed" ? task.failed : open(stage), 0);
    }
    this.#announce(text("progress.announce", values), false);
  }

  #change(changes) {
    if (this.#list && update(this.#list, changes)) this.#refreshSoon();
  }

  /** New documents and reasons: the list as the server writes it, but not more often than one can read. */
  #refreshSoon() {
    this.#refresh ??= setTimeout(async () => {
      this.#refresh = null;
      const list = this.#list;
      if (list && !list.contains(document.activeElement)) await replace(list).catch(() => this.#refreshSoon());
    }, RefreshEvery);
  }

  #announce(message, now) {
    if (!now && performance.now() - this.#announced < AnnounceEvery) return;
    this.#announced = performance.now();
    this.#session.querySelector("[data-announce]").textContent = message;
  }

  /** The whole card as it is now: numbers, reasons, and what one can do. */
  async #end() {
    clearTimeout(this.#refresh);
    const answer = await fetch(location.href);
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    for (const selector of [`[data-session="${this.#session.dataset.session}"]`, "main > [data-documents]", "[data-live-region]", "main search"]) {
      const old = document.querySelector(selector);
      const fresh = page.querySelector(selector);
      if (old && fresh) old.replaceWith(document.adoptNode(fresh));
      else if (fresh && selector === "main search") document.querySelector("main .drop")?.before(document.adoptNode(fresh));
    }
    this.#tellEnd();
  }

  #tellEnd() {
    const session = document.querySelector(`[data-session="${this.#session.dataset.session}"]`);
    const figures = session?.querySelector("[data-outcome] .figures");
    const status = document.querySelector("[data-page-status]");
    if (figures && status) status.textContent = figures.innerText.replace(/\s+/g, " ");
  }
}
