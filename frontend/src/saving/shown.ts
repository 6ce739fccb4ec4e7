// The word about saving in the top bar. It never says more than is true.
import { clock, say } from "../messages";
import type { Status } from "./saver";

const ICONS = { saved: "check", saving: "sync", local: "disk", not: "alert" } as const;

export function showStatus(place: HTMLElement, status: Status): void {
  const look = { saved: "", saving: "", local: "saved-local", not: "saved-not" }[status.kind];
  place.className = `saved ${look}`.trim();
  place.dataset["kind"] = status.kind;
  place.querySelector("use")!.setAttribute("href", `#i-${ICONS[status.kind]}`);
  const { text, time } = words(status);
  place.querySelector("[data-words]")!.textContent = text;
  place.querySelector("time")!.textContent = time;
  const retry = status.kind === "local" || (status.kind === "not" && status.why === "refused");
  place.querySelector<HTMLElement>("button")!.hidden = !retry;
  const out = status.kind === "not" && status.why === "logged_out";
  place.querySelector<HTMLElement>("a")!.hidden = !out;
}

function words(status: Status): { text: string; time: string } {
  if (status.kind === "saved") {
    if (!status.at) return { text: say("saved.unchanged"), time: "" };
    return { text: say("saved.saved"), time: clock(status.at) };
  }
  if (status.kind === "saving") return { text: say("saved.saving"), time: "" };
  if (status.kind === "local") {
    if (!status.at) return { text: say("saved.nowhere"), time: "" };
    return { text: say("saved.local"), time: clock(status.at) };
  }
  const text = say(`saved.${status.why}`);
  const reason = status.why === "refused" ? `: ${status.detail}` : "";
  return { text: text + reason, time: "" };
}
