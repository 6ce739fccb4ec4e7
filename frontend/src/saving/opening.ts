// Which text does a person see when a page opens? Nothing typed may vanish: where two texts claim
// the place, the answer is a conflict for the person to settle, never a silent choice.
import type { Content, Draft, Page } from "../api/types";
import { sameContent } from "../content";
import type { Kept } from "./local";

export interface Opening {
  draft: Draft;
  etag: string | null;
  /** The draft as the server knows it: what another place's changes are told from. */
  agreed: Content;
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
  const { content, spans, version, fields_version, base_prediction } = page;
  return { content, spans, base_version: version, base_prediction, fields_version };
}

export function opening(page: Page, saved: Saved | null, kept: Kept | null): Opening {
  const fresh = neverSent(saved, kept);
  const mine = fresh?.draft ?? saved?.draft ?? freshDraft(page);
  const overtaken = conflictOf(page, mine, kept);
  return {
    draft: { ...mine, base_version: page.version },
    // One question at a time: a text from elsewhere answers 412 once the page is settled.
    etag: (overtaken && fresh ? fresh.etag : saved?.etag) ?? null,
    agreed: fresh ? fresh.agreed : mine.content,
    unsaved: fresh !== null,
    conflict: overtaken ?? elsewhere(saved, fresh),
  };
}

function conflictOf(page: Page, mine: Draft, kept: Kept | null): Conflict | null {
  if (mine.base_version === page.version || sameContent(mine.content, page.content)) return null;
  return { kind: "page", theirs: page.content, base: kept?.base ?? null };
}

/** One's own draft was saved from another place than the one where `fresh` was typed. */
function elsewhere(saved: Saved | null, fresh: Kept | null): Conflict | null {
  if (!saved || !fresh || fresh.etag === saved.etag) return null;
  return { kind: "draft", theirs: saved.draft.content, base: fresh.agreed };
}

/** What was typed in this browser and is not what the server has. */
function neverSent(saved: Saved | null, kept: Kept | null): Kept | null {
  return kept?.dirty && !same(kept.draft, saved?.draft) ? kept : null;
}

function same(a: Draft, b: Draft | undefined): boolean {
  return b !== undefined && a.base_version === b.base_version && sameContent(a.content, b.content);
}
