// The words of the scripts, in the language of the page, and how it writes numbers.
const strings = JSON.parse(document.getElementById("ui-text").textContent);
export const language = document.documentElement.lang;
const plurals = new Intl.PluralRules(language);

/** The text of a key, with its values put in for {name}. */
export function text(key, values = {}) {
  return strings[key].replace(/\{(\w+)\}/g, (_, name) => {
    const value = values[name];
    return typeof value === "number" ? number(value) : value;
  });
}

/** Singular or plural of a key. */
export function count(key, n) {
  return text(`${key}.${plurals.select(n) === "one" ? "one" : "other"}`, { n });
}

export function number(value, digits = value < 10 ? 1 : 0) {
  return new Intl.NumberFormat(language, { maximumFractionDigits: digits }).format(value);
}

/** Bytes in the unit that reads best. */
export function bytes(value) {
  const units = ["byte", "kilobyte", "megabyte", "gigabyte", "terabyte"];
  let unit = 0;
  while (value >= 1000 && unit < units.length - 1) {
    value /= 1000;
    unit++;
  }
  return new Intl.NumberFormat(language, { style: "unit", unit: units[unit], maximumFractionDigits: value < 10 && unit > 0 ? 1 : 0 }).format(value);
}

/** A length of time in words. */
export function duration(seconds) {
  if (seconds < 90) return count("duration.seconds", Math.max(1, Math.round(seconds)));
  if (seconds < 90 * 60) return count("duration.minutes", Math.round(seconds / 60));
  return count("duration.hours", Math.round(seconds / 3600));
}
