// What comes after this page: the neighbour's image, or the end of the queue.
import type { Shell } from "./shell";

/** The server's page that says so, and what can be done instead; it answers a POST alone. */
export function nothingLeft(shell: Shell, kind: "correct" | "approve"): void {
  const form = document.createElement("form");
  form.method = "post";
  form.action = shell.urls[`${kind}_next`];
  const token = document.createElement("input");
  Object.assign(token, { type: "hidden", name: "csrfmiddlewaretoken", value: shell.csrf });
  form.append(token);
  document.body.append(form);
  form.submit();
}

/** The neighbour's image, so that it is there when the page is. */
export function prefetch(): void {
  const next = document.querySelector(".thumb[aria-current]")?.nextElementSibling;
  const url = next instanceof HTMLElement ? next.dataset["image"] : undefined;
  if (url) new Image().src = url;
}
