// Light, dark, or as the system is; the choice is kept in a cookie, so that the server draws the page in it at once.
import { text } from "./text.js";

const order = ["auto", "light", "dark"];

export function enableTheme() {
  const button = document.querySelector("[data-theme-switch]");
  const root = document.documentElement;
  const label = (theme) => {
    button.title = text(`theme.${theme}`);
    button.setAttribute("aria-label", button.title);
  };
  button.hidden = false;
  label(root.dataset.theme);
  button.addEventListener("click", () => {
    const theme = order[(order.indexOf(root.dataset.theme) + 1) % order.length];
    root.dataset.theme = theme;
    document.cookie = `ragpy-theme=${theme}; path=/; max-age=31536000; samesite=lax`;
    label(theme);
  });
}
