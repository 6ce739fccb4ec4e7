// One person's text on one page: opened from the best copy, kept and saved, and never lost to a
// conflict without that person's word.
import type { Pages } from "./api/pages";
import type { Content, Draft, Page, Span } from "./api/types";
import { completeContent, sameContent } from "./content";
import { say, sayCount } from "./messages";
import { choose } from "./saving/choice";
import type { LocalDrafts } from "./saving/local";
import { mergeContent } from "./saving/merge";
import { type Conflict, type Opening, opening } from "./saving/opening";
import { Saver } from "./saving/saver";
import { showStatus } from "./saving/shown";
import { one } from "./shell";

export interface Desk {
  read(): Content;
  readonly spans: Span[];
  write(content: Content): void;
  tell(text: string): void;
  /** Takes no typing while a submit is under way. */
  hold(held: boolean): void;
}

export class Drafting {
  private saver: Saver;
  private base: Content;
  private agreed: Content;
  private desk: Desk | null = null;

  private constructor(
    private readonly pages: Pages,
    private readonly local: LocalDrafts,
    private page: Page,
    readonly opened: Opening,
  ) {
    this.base = page.content;
    this.agreed = opened.agreed;
    this.saver = this.newSaver(opened.etag);
  }

  /** Opens the page's own text, where nothing can be typed. */
  static reading(pages: Pages, local: LocalDrafts, page: Page): Drafting {
    return new Drafting(pages, local, page, opening(page, null, null));
  }

  /** Opens what this person last typed; `drafted`: there was a draft when the screen was drawn. */
  static async typing(pages: Pages, local: LocalDrafts, page: Page, drafted: boolean) {
    const kept = await local.get(page.id).catch(() => null);
    const saved = drafted || kept ? await pages.draft(page.id) : null;
    if (saved) saved.draft.content = completeContent(saved.draft.content);
    return new Drafting(pages, local, page, opening(page, saved, kept));
  }

  /** The editors are there: shows the state of saving and settles what is open. */
  async start(desk: Desk): Promise<void> {
    this.desk = desk;
    const place = one("#saved");
    showStatus(place, { kind: "saved", at: null });
    place.querySelector("button")!.addEventListener("click", () => void this.saver.flush());
    addEventListener("online", () => void this.saver.flush());
    // Coming back from the login tab, the session is there again.
    addEventListener("focus", () => void this.saver.flush());
    addEventListener("visibilitychange", () => {
      if (document.visibilityState === "hidden") this.leave();
    });
    const { unsaved, conflict, etag } = this.opened;
    if (unsaved) desk.tell(say("draft.restored"));
    if (conflict) {
      // What stands on the server is not overwritten before the person has seen it.
      await this.saver.stop();
      await this.settle(conflict, etag);
    } else if (unsaved) {
      this.changed();
      void this.saver.flush();
    }
  }

  changed(): void {
    if (!this.desk) return;
    this.saver.change(this.draft());
  }

  draft(): Draft {
    const { base_version, base_prediction, fields_version } = this.opened.draft;
    const content = this.desk!.read();
    const { spans } = this.desk!;
    const version = Math.max(base_version, this.page.version);
    return { content, spans, base_version: version, base_prediction, fields_version };
  }

  flush(): Promise<boolean> {
    return this.saver.flush();
  }

  /** Saves now; false when neither the server nor this browser has the text. */
  secure(): Promise<boolean> {
    return this.saver.secure();
  }

  /** Saves while the page goes away. */
  leave(): void {
    void this.saver.keep();
    void this.saver.flush(true);
  }

  /**
   * Makes ready for a submit, which deletes the draft; false when another text stands there, about
   * which the person is asked.
   */
  async pause(): Promise<boolean> {
    await this.saver.flush();
    if (this.saver.waits) return false;
    this.desk!.hold(true);
    await this.saver.stop();
    return true;
  }

  /** The submit did not happen: the text is a draft again. */
  resume(): void {
    this.desk?.hold(false);
    this.saver.resume();
  }

  /** The server has `sent` for good; whatever else was done meanwhile stays in this browser. */
  async done(sent: Content): Promise<void> {
    await this.saver.stop();
    if (!sameContent(sent, this.desk!.read())) return;
    this.saver.finish();
    await this.local.remove(this.page.id).catch(() => undefined);
  }

  /** Somebody else's version stands there now: both texts are here, the person decides. */
  async overtaken(page: Page): Promise<void> {
    await this.saver.stop();
    const base = this.base;
    this.page = page;
    await this.settle({ kind: "page", theirs: page.content, base });
  }

  private newSaver(etag: string | null): Saver {
    const { id } = this.page;
    return new Saver(
      {
        keep: (draft, etag, dirty) => {
          const { base, agreed } = this;
          return this.local.put({ page: id, draft, base, agreed, etag, dirty, at: Date.now() });
        },
        send: async (draft, etag, keepalive) => {
          const saved = await this.pages.saveDraft(id, draft, etag, keepalive);
          this.agreed = draft.content;
          return saved;
        },
        show: (status) => {
          showStatus(one("#saved"), status);
        },
        conflict: () => void this.elsewhere(),
      },
      etag,
    );
  }

  /** The draft was saved from another tab or machine. */
  private async elsewhere(): Promise<void> {
    let saved: Awaited<ReturnType<Pages["draft"]>>;
    try {
      saved = await this.pages.draft(this.page.id);
    } catch {
      this.saver.resume(); // the next try meets the other text again
      return;
    }
    const theirs = saved ? completeContent(saved.draft.content) : this.page.content;
    await this.settle({ kind: "draft", theirs, base: this.agreed }, saved?.etag ?? null);
  }

  /** The person chooses; `etag`: the draft that was seen, without it the one last seen here. */
  private async settle(conflict: Conflict, etag?: string | null): Promise<void> {
    const desk = this.desk!;
    const mine = desk.read();
    if (!sameContent(mine, conflict.theirs)) {
      const choice = await choose(conflict, mine);
      if (choice === "theirs") desk.write(conflict.theirs);
      if (choice === "merge") {
        const { content, doubled } = mergeContent(conflict.base, mine, conflict.theirs);
        desk.write(content);
        desk.tell(doubled ? sayCount("conflict.doubled", doubled) : say("conflict.merged"));
      }
    }
    this[conflict.kind === "page" ? "base" : "agreed"] = conflict.theirs;
    this.saver.resume(etag);
    desk.hold(false);
    this.changed();
  }
}
