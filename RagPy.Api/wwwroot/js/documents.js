// Lists of documents: filters and pages change the list in place, and changes from a running task are written into it.
import { text } from "./text.js";

export function start() {
  document.addEventListener("click", async (event) => {
    const link = event.target.closest("[data-documents] .tabs a, [data-documents] > .row a");
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey || event.button !== 0) return;
    event.preventDefault();
    const list = link.closest("[data-documents]");
    const place = [...list.querySelectorAll("a")].indexOf(link);
    try {
      const fresh = await replace(list, link.href);
      (fresh.querySelectorAll("a")[place] ?? fresh.querySelector("a"))?.focus();
    } catch {
      location.assign(link.href);
    }
  });
}

/** Fetches a session's page and puts its list where this one is. */
export async function replace(list, url = list.dataset.source) {
  const answer = await fetch(url);
  if (!answer.ok) throw new Error(`${answer.status}`);
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const fresh = document.adoptNode(page.querySelector("[data-documents]"));
  if (list.isConnected) list.replaceWith(fresh);
  return fresh;
}

/** Writes how documents stand into the rows that are shown. Tells whether some are not. */
export function update(list, changes) {
  let unknown = false;
  for (const { id, stage, state } of changes) {
    const row = list.querySelector(`[data-document="${CSS.escape(id)}"]`);
    // Reasons are written by the server.
    if (!row || (state === "failed" && row.dataset.state !== "failed")) unknown = true;
    if (!row) continue;
    row.dataset.stage = stage;
    row.dataset.state = state;
    row.querySelector("[data-state-text]").textContent = state === "running" ? text(`stage.${stage}`) : text(`state.${state}`);
  }
  return unknown;
}
