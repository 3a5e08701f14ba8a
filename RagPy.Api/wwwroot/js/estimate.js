// What a session that waits to be started may cost: asked for when the page is there, since the files are looked through for it.
import { call } from "./api.js";
import { language, text } from "./text.js";

export function start() {
  for (const element of document.querySelectorAll("[data-estimate]")) show(element);
}

async function show(element) {
  try {
    const estimate = await call("GET", `/sessions/${element.dataset.estimate}/estimate`);
    const known = [estimate.cost, estimate.recognition.cost, estimate.cleanUp?.cost].filter((cost) => cost);
    const values = {
      documents: count(estimate.documents),
      passages: range(estimate.passages, count),
      embedder: estimate.embedder,
      others: others(estimate),
      cost: range(estimate.total ?? { low: sum(known, "low"), high: sum(known, "high") }, dollars),
    };
    const unpriced = sum(known, "high") > 0 ? "upload.partly" : "upload.unpriced";
    element.textContent = text(estimate.total ? "upload.estimate" : unpriced, values);
    element.title = estimate.basis.join("\n");
  } catch (error) {
    element.textContent = error.message;
  }
}

// What else there is to do, each part with a comma before it.
function others({ recognition, cleanUp }) {
  const pages = recognition.pages.high > 0 ? text("upload.ocr", { pages: range(recognition.pages, count), engine: recognition.engines[0] }) : "";
  const passages = cleanUp ? text("upload.cleanup", { passages: range(cleanUp.passages, count), model: cleanUp.model }) : "";
  return pages + passages;
}

const sum = (costs, bound) => costs.reduce((all, cost) => all + cost[bound], 0);

const count = (value) => new Intl.NumberFormat(language).format(value);

const dollars = (value) =>
  new Intl.NumberFormat(language, { style: "currency", currency: "USD", maximumFractionDigits: value < 0.1 ? 4 : 2 }).format(value);

const range = ({ low, high }, write) => (low === high ? write(low) : `${write(low)}–${write(high)}`);
