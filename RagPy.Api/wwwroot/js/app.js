// Starts what the page at hand needs. Everything here is an addition: without it pages, searches and forms still work.
import { enableCopying } from "./copy.js";
import { enableTheme } from "./theme.js";

const parts = {
  "[data-drop]": () => import("./drop-zone.js"),
  "[data-estimate]": () => import("./estimate.js"),
  "[data-task]": () => import("./progress.js"),
  "[data-documents]": () => import("./documents.js"),
  "[data-reader]": () => import("./reader.js"),
};

enableTheme();
enableCopying();
closeMenusFromOutside();
leaveOutEmptyFields();
goBackWhereOneCameFrom();

for (const [selector, load] of Object.entries(parts)) {
  if (document.querySelector(selector)) load().then((module) => module.start());
}

/** A menu is open until one clicks elsewhere or presses Escape. */
function closeMenusFromOutside() {
  const open = () => document.querySelectorAll("details.menu[open]");
  document.addEventListener("click", (event) => {
    for (const menu of open()) {
      if (!menu.contains(event.target)) menu.open = false;
    }
  });
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    for (const menu of open()) {
      menu.open = false;
      menu.querySelector("summary").focus();
    }
  });
}

/** Keeps the address of a search short. */
function leaveOutEmptyFields() {
  for (const form of document.querySelectorAll("form[data-search]")) {
    form.addEventListener("formdata", (event) => {
      for (const [name, value] of [...event.formData]) {
        if (value === "" || (name === "mode" && value === "hybrid")) event.formData.delete(name);
      }
    });
  }
}

/** From the reader back to the results as they were left, place in the list included. */
function goBackWhereOneCameFrom() {
  const link = document.querySelector("a[data-back]");
  link?.addEventListener("click", (event) => {
    const from = document.referrer && new URL(document.referrer).pathname;
    if (from === new URL(link.href).pathname) {
      event.preventDefault();
      history.back();
    }
  });
}
