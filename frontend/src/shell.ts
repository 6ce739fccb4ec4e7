// What the server drew around this screen: its settings, and where each part lives.
import type { FieldDefinition, Lease } from "./api/types";

/** `correct`: one's own text; `approve`: somebody else's; `read`: nothing to be done here. */
export type Mode = "correct" | "approve" | "read";

/** What `annotations/web/correction.py` hands over. */
export interface Setup {
  page: string;
  number: number;
  project: string;
  mode: Mode;
  role: "viewer" | "reviewer" | "approver" | "manager";
  user: { id: string; name: string };
  /** The page's present text is this person's own. */
  own: boolean;
  api: string;
  language: string;
  time_zone: string;
  fields: FieldDefinition[];
  lease: Lease | null;
  /** This person has a draft of the page on the server. */
  drafted: boolean;
  urls: { page: string; correct_next: string; approve_next: string };
}

export interface Shell extends Setup {
  csrf: string;
  nonce: string;
  words: Record<string, string>;
}

export function readShell(): Shell {
  return {
    ...(json("correction-setup") as Setup),
    words: json("correction-words") as Record<string, string>,
    csrf: meta("csrf-token"),
    nonce: meta("csp-nonce"),
  };
}

/** The element the template promises; its absence is a fault of ours, named at once. */
export function one<T extends HTMLElement = HTMLElement>(selector: string): T {
  const found = document.querySelector<T>(selector);
  if (!found) throw new Error(`the page lacks ${selector}`);
  return found;
}

const states = new Set<string>();

/** Enters or leaves a state: an element shows while any state that it names holds. */
export function reveal(name: string, holds: boolean): void {
  states[holds ? "add" : "delete"](name);
  for (const element of document.querySelectorAll<HTMLElement>("[data-when]")) {
    element.hidden = !element.dataset["when"]!.split(" ").some((state) => states.has(state));
  }
}

function meta(name: string): string {
  return document.querySelector<HTMLMetaElement>(`meta[name="${name}"]`)?.content ?? "";
}

function json(id: string): unknown {
  return JSON.parse(one(`#${id}`).textContent);
}
