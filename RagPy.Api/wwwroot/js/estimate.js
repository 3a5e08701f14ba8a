// What a session that waits to be started may cost: asked for when the page is there, since the files are looked through for it.
import { call } from "./api.js";
import { language, text } from "./text.js";

export function start() {
  for (const element of document.querySelectorAll("[data-estimate]")) show(element);
}

async function show(element) {
  try {
    const estimate = await call("GET", `/sessions/${element.dataset.estimate}/estimate`);
    const values = {
      documents: count(estimate.documents),
      passages: range(estimate.passages, count),
      embedder: estimate.embedder,
      cost: estimate.cost ? range(estimate.cost, dollars) : "",
    };
    element.textContent = text(estimate.cost ? "upload.estimate" : "upload.unpriced", values);
    element.title = estimate.basis.join("\n");
  } catch (error) {
    element.textContent = error.message;
  }
}

const count = (value) => new Intl.NumberFormat(language).format(value);

const dollars = (value) =>
  new Intl.NumberFormat(language, { style: "currency", currency: "USD", maximumFractionDigits: value < 0.1 ? 4 : 2 }).format(value);

const range = ({ low, high }, write) => (low === high ? write(low) : `${write(low)}–${write(high)}`);
