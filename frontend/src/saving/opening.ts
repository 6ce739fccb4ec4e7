// Which text does a person see when a page opens? Nothing typed may vanish: where two texts claim
// the place, the answer is a conflict for the person to settle, never a silent choice.
import type { Content, Draft, Page } from "../api/types";
import { sameContent } from "../content";
import type { Kept } from "./local";

export interface Opening {
  draft: Draft;
  etag: string | null;
  /** Typed and kept in this browser, but never acknowledged by the server. */
  unsaved: boolean;
  conflict: Conflict | null;
}

export interface Conflict {
  /** `page`: another version of the page stands now; `draft`: saved elsewhere by oneself. */
  kind: "page" | "draft";
  theirs: Content;
  base: Content | null;
}

interface Saved {
  draft: Draft;
  etag: string;
}

export function freshDraft(page: Page): Draft {
  const { content, spans, version, fields_version } = page;
  const base_prediction = page.base_prediction ?? page.prediction?.id ?? null;
  return { content, spans, base_version: version, base_prediction, fields_version };
}

export function opening(page: Page, saved: Saved | null, kept: Kept | null): Opening {
  const etag = saved?.etag ?? null;
  const unsaved = kept?.dirty === true && !same(kept.draft, saved?.draft);
  const mine = unsaved ? kept.draft : saved?.draft;
  if (!mine || sameContent(mine.content, page.content)) {
    return { draft: freshDraft(page), etag, unsaved: false, conflict: null };
  }
  const base = kept && same(kept.draft, mine) ? kept.base : null;
  let conflict: Conflict | null = null;
  if (mine.base_version !== page.version) conflict = { kind: "page", theirs: page.content, base };
  else if (unsaved && saved && kept.etag !== saved.etag) {
    conflict = { kind: "draft", theirs: saved.draft.content, base };
  }
  return { draft: { ...mine, base_version: page.version }, etag, unsaved, conflict };
}

function same(a: Draft, b: Draft | undefined): boolean {
  return b !== undefined && a.base_version === b.base_version && sameContent(a.content, b.content);
}
