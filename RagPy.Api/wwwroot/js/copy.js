// Buttons that copy a text, and say that they did.
import { text } from "./text.js";

export function enableCopying(root = document) {
  for (const button of root.querySelectorAll("button[data-copy]")) {
    button.hidden = false;
    const label = button.textContent;
    button.setAttribute("aria-live", "polite");
    button.addEventListener("click", async () => {
      button.textContent = (await copy(button.dataset.copy)) ? text("copied") : text("copy.failed");
      setTimeout(() => (button.textContent = label), 2000);
    });
  }
}

async function copy(value) {
  try {
    await navigator.clipboard.writeText(value);
    return true;
  } catch {
    // No clipboard outside secure contexts: the way that browsers had before.
    const area = document.createElement("textarea");
    area.value = value;
    area.className = "visually-hidden";
    document.body.append(area);
    area.select();
    const done = document.execCommand("copy");
    area.remove();
    return done;
  }
}
