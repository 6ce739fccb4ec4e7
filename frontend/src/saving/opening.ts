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
  const fresh = neverSent(saved, kept);
  const mine = fresh?.draft ?? saved?.draft ?? freshDraft(page);
  if (sameContent(mine.content, page.content)) {
    return { draft: freshDraft(page), etag, unsaved: false, conflict: null };
  }
  const base = baseOf(kept, mine);
  const conflict = conflictOf(page, mine, base, fresh?.etag === etag ? null : fresh && saved);
  const draft = { ...mine, base_version: page.version };
  return { draft, etag, unsaved: fresh !== null, conflict };
}

/** What the person started from, where this browser still knows it. */
function baseOf(kept: Kept | null, mine: Draft): Content | null {
  return kept && same(kept.draft, mine) ? kept.base : null;
}

/** What was typed in this browser and is not what the server has. */
function neverSent(saved: Saved | null, kept: Kept | null): Kept | null {
  return kept?.dirty && !same(kept.draft, saved?.draft) ? kept : null;
}

/** `elsewhere`: one's own draft, saved from another place than what was typed here. */
function conflictOf(
  page: Page,
  mine: Draft,
  base: Content | null,
  elsewhere: Saved | null,
): Conflict | null {
  if (mine.base_version !== page.version) return { kind: "page", theirs: page.content, base };
  return elsewhere && { kind: "draft", theirs: elsewhere.draft.content, base };
}

function same(a: Draft, b: Draft | undefined): boolean {
  return b !== undefined && a.base_version === b.base_version && sameContent(a.content, b.content);
}
