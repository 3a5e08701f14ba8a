// Calls of the JSON API. What goes wrong comes as an Error whose message is for people.
import { text } from "./text.js";

const root = "/api/v1";

export const url = (path) => root + path;

export class Refusal extends Error {
  constructor(status, code, message) {
    super(message);
    this.status = status;
    this.code = code;
  }
}

export async function call(method, path, body) {
  let answer;
  try {
    answer = await fetch(url(path), {
      method,
      headers: body ? { "Content-Type": "application/json" } : {},
      body: body ? JSON.stringify(body) : undefined,
    });
  } catch {
    throw new Error(text("upload.offline"));
  }
  if (!answer.ok) throw refusal(answer.status, await answer.text());
  return answer.status === 204 ? null : answer.json();
}

/** The refusal in a problem details body (RFC 9457). */
export function refusal(status, body) {
  let problem = {};
  try {
    problem = JSON.parse(body);
  } catch {
    // Not from the API itself; the status says what can be said.
  }
  return new Refusal(status, problem.code, problem.detail ?? problem.title ?? text("upload.refused", { status: String(status) }));
}

/** A key that makes a POST safe to repeat. */
export function newKey() {
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** Sends a form, telling how many bytes have gone. The promise's `cancel` stops it. */
export function upload(path, form, onProgress) {
  const request = new XMLHttpRequest();
  const sent = new Promise((resolve, reject) => {
    request.open("POST", url(path));
    request.setRequestHeader("Idempotency-Key", newKey());
    request.upload.onprogress = (event) => onProgress(event.loaded, event.total);
    request.onload = () =>
      request.status < 300 ? resolve(JSON.parse(request.responseText)) : reject(refusal(request.status, request.responseText));
    request.onerror = () => reject(new Error(text("upload.offline")));
    request.onabort = () => reject(new DOMException("", "AbortError"));
    request.send(form);
  });
  sent.cancel = () => request.abort();
  return sent;
}
