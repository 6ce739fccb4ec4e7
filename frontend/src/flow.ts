// From this page to the next: submit, judge, skip, take back, walk.
import { LoggedOut, Refused, Stale, Unreachable } from "./api/client";
import type { Pages } from "./api/pages";
import type { Page } from "./api/types";
import { asBlank, completeContent, hasText, isBlank } from "./content";
import { ask, toast } from "./dialogs";
import type { Desk, Drafting } from "./drafting";
import type { Effort } from "./effort";
import { say } from "./messages";
import { nothingLeft } from "./next-page";
import { type Shell, one } from "./shell";

/** The page sent last, so that the next one can offer to take it back. */
const SENT = "ocrlab.sent";

export class Flow {
  private busy = false;

  constructor(
    private readonly parts: {
      shell: Shell;
      pages: Pages;
      page: Page;
      etag: string;
      drafting: Drafting;
      desk: Desk;
      effort: Effort;
    },
  ) {}

  get page(): string {
    return this.parts.page.id;
  }

  async submit(): Promise<void> {
    const { drafting, desk, pages, page, effort } = this.parts;
    const content = desk.read();
    if (!hasText(content) && !isBlank(content)) {
      const given = await ask("blank-dialog");
      if (!given) return;
      desk.write(asBlank(content));
    }
    await this.once(async () => {
      if (!(await drafting.pause())) return;
      try {
        const draft = drafting.draft();
        const sent = await pages.submit(page.id, this.parts.etag, draft, effort.seconds);
        await drafting.done(draft.content);
        this.rememberSent(sent.body, sent.etag);
      } catch (error) {
        // A stale page is settled first, so that the person is asked one thing at a time.
        if (!(error instanceof Stale)) drafting.resume();
        throw error;
      }
      await this.next("correct");
    });
  }

  async approve(): Promise<void> {
    await this.once(async () => {
      const { pages, page, etag } = this.parts;
      await pages.verdict(page.id, etag, "approve", "");
      await this.next("approve");
    });
  }

  async sendBack(): Promise<void> {
    const given = await ask("send-back-dialog");
    if (!given) return;
    await this.once(async () => {
      const { pages, page, etag } = this.parts;
      await pages.verdict(page.id, etag, "send_back", given.text);
      await this.next("approve");
    });
  }

  async skip(kind: "correct" | "approve"): Promise<void> {
    const given = await ask("skip-dialog");
    if (!given) return;
    await this.once(async () => {
      if (!(await this.secured())) return;
      await this.parts.pages.move(this.parts.page.id, "skip", given.text);
      await this.next(kind);
    });
  }

  /** Takes a submit back, or moves a page by an approver's word, and shows it as it is then. */
  async move(action: "reopen" | "include"): Promise<void> {
    const given = action === "include" ? { text: "" } : await ask(`${action}-dialog`);
    if (!given) return;
    await this.once(async () => {
      const { pages, page, etag } = this.parts;
      await pages.move(page.id, action, given.text, etag);
      location.reload();
    });
  }

  async undoSubmit(page: string, etag = ""): Promise<void> {
    await this.once(async () => {
      if (!(await this.secured())) return;
      await this.parts.pages.move(page, "reopen", say("undo.reason"), etag);
      sessionStorage.removeItem(SENT);
      this.goTo(page);
    });
  }

  /** To the neighbour in the document; a page that does not exist is no error. */
  async walk(step: "previous" | "next"): Promise<void> {
    const here = document.querySelector(".thumb[aria-current]");
    const there = step === "next" ? here?.nextElementSibling : here?.previousElementSibling;
    if (!(there instanceof HTMLAnchorElement)) return;
    if (await this.secured()) location.assign(there.href);
  }

  /** The page sent before this one can be taken back for as long as nobody has approved it. */
  offerUndo(): void {
    const kept = sessionStorage.getItem(SENT);
    if (!kept) return;
    sessionStorage.removeItem(SENT);
    const { page, number, etag } = JSON.parse(kept) as {
      page: string;
      number: number;
      etag: string;
    };
    if (page === this.parts.page.id) return;
    const run = () => void this.undoSubmit(page, etag);
    toast(say("undo.sent", { number }), { label: say("undo.label"), run });
  }

  /** Leaves no page whose text neither the server nor this browser has. */
  private async secured(): Promise<boolean> {
    const safe = await this.parts.drafting.secure();
    if (!safe) toast(say("saved.nowhere"));
    return safe;
  }

  private rememberSent(page: Page, etag: string | null): void {
    if (page.state !== "corrected") return;
    const { id, number } = this.parts.page;
    sessionStorage.setItem(SENT, JSON.stringify({ page: id, number, etag: etag ?? "" }));
  }

  private async next(kind: "correct" | "approve"): Promise<void> {
    const { pages, shell } = this.parts;
    const next = await pages.next(shell.project, kind);
    if (next) this.goTo(typeof next.page === "string" ? next.page : next.page.id);
    else nothingLeft(shell, kind);
  }

  private goTo(page: string): void {
    location.assign(this.parts.shell.urls.page.replace("{id}", page));
  }

  /** One deed at a time, and every failure in words. */
  private async once(deed: () => Promise<void>): Promise<void> {
    if (this.busy) return;
    this.busy = true;
    one("#correction").toggleAttribute("data-busy", true);
    try {
      await deed();
    } catch (error) {
      await this.failed(error);
    } finally {
      this.busy = false;
      one("#correction").toggleAttribute("data-busy", false);
    }
  }

  private async failed(error: unknown): Promise<void> {
    if (error instanceof Stale) await this.overtaken(error).catch((e: unknown) => this.failed(e));
    else if (error instanceof LoggedOut) toast(say("saved.logged_out"));
    else if (error instanceof Unreachable) toast(say("failed.unreachable"));
    else if (error instanceof Refused) toast(error.message);
    else throw error;
  }

  private async overtaken(stale: Stale): Promise<void> {
    const { pages, page, drafting, shell } = this.parts;
    try {
      const now = await pages.page(page.id);
      Object.assign(page, now.body, { content: completeContent(now.body.content) });
      this.parts.etag = now.etag ?? "";
    } catch (error) {
      drafting.resume();
      throw error;
    }
    if (page.state === "open" && shell.mode === "correct") {
      await drafting.overtaken(page);
      return;
    }
    drafting.resume();
    const run = () => {
      location.reload();
    };
    toast(stale.message, { label: say("again.label"), run });
  }
}
