import { beforeEach, describe, expect, it, vi } from "vitest";
import { LoggedOut, Refused, Stale, Unreachable } from "../src/api/client";
import type { Pages } from "../src/api/pages";
import type { Content, Draft, Page } from "../src/api/types";
import { completeContent } from "../src/content";
import { type Desk, Drafting } from "../src/drafting";
import type { Effort } from "../src/effort";
import { Flow } from "../src/flow";
import type { Kept, LocalDrafts } from "../src/saving/local";
import type { Shell } from "../src/shell";

const SCREEN = `<main id="correction"></main>
  <div id="toast" hidden><p data-words></p><button data-act></button></div>
  <span id="saved"><svg><use></use></svg><i data-words></i><time></time><button></button><a></a></span>
  <dialog id="conflict"><h2></h2><p data-words></p><div id="conflict-rows"></div></dialog>
  <dialog id="skip-dialog"></dialog>`;
const content = (text: string): Content => completeContent({ text });
const draft = (text: string): Draft => ({
  content: content(text),
  spans: [],
  base_version: 1,
  base_prediction: null,
  fields_version: null,
});
const stale = () => new Stale(412, "stale", "");

/** One person's draft on the server, and what this tab asks of it. */
class Server {
  text: string | null = null;
  version = 0;
  saved: string[] = [];
  failing: Error | null = null;
  reading: Error | null = null;
  now: Page | null = null;
  opened = { id: "p", state: "open", version: 1, ...draft("page") } as unknown as Page;
  submit = vi.fn((): Promise<unknown> => Promise.resolve({ body: this.opened, etag: '"2"' }));
  move = vi.fn(() => Promise.resolve());
  next = vi.fn(() => Promise.resolve({ page: "q" }));

  put(text: string): void {
    this.text = text;
    this.version++;
  }

  get etag(): string | null {
    return this.text === null ? null : `"d${this.version}"`;
  }

  page = () => Promise.resolve({ body: this.now ?? this.opened, etag: '"2"' });

  draft = (): Promise<{ draft: Draft; etag: string } | null> => {
    if (this.reading) return Promise.reject(this.reading);
    return Promise.resolve(this.etag ? { draft: draft(this.text!), etag: this.etag } : null);
  };

  saveDraft = (_id: string, { content }: Draft, etag: string | null): Promise<string> => {
    if (this.failing) return Promise.reject(this.failing);
    if (etag !== this.etag) return Promise.reject(stale());
    this.put(content.text!);
    this.saved.push(content.text!);
    return Promise.resolve(this.etag!);
  };
}

class Screen implements Desk {
  spans = [];
  held = false;
  constructor(private text: string) {}
  read = () => content(this.text);
  write = (given: Content) => void (this.text = given.text!);
  tell = () => undefined;
  hold = (held: boolean) => void (this.held = held);
}

let server: Server;
let desk: Screen;
let local: { kept: Kept | null; full: boolean };
const dialog = () => document.querySelector<HTMLDialogElement>("#conflict")!;
const soon = () => new Promise((resolve) => setTimeout(resolve, 20));

async function opened(kept: Kept | null = null) {
  local = { kept, full: false };
  const drafts = {
    get: () => Promise.resolve(local.kept),
    put: (put: Kept) =>
      local.full ? Promise.reject(new Error("full")) : Promise.resolve(void (local.kept = put)),
    remove: () => Promise.resolve(void (local.kept = null)),
  } as unknown as LocalDrafts;
  const pages = server as unknown as Pages;
  const drafting = await Drafting.typing(pages, drafts, server.opened, true);
  desk = new Screen(drafting.opened.draft.content.text!);
  const starting = drafting.start(desk);
  const shell = { mode: "correct", project: "x", urls: { page: "#{id}" } } as unknown as Shell;
  const effort = { seconds: 1 } as unknown as Effort;
  const flow = new Flow({ shell, pages, page: server.opened, etag: '"1"', drafting, desk, effort });
  await soon();
  const type = (text: string) => {
    desk.write(content(text));
    drafting.changed();
  };
  return { drafting, flow, type, starting };
}

beforeEach(() => {
  document.body.innerHTML = SCREEN;
  server = new Server();
});

describe("the opening of a draft", () => {
  const kept = () =>
    ({
      draft: draft("here"),
      base: content("page"),
      agreed: content("page"),
      etag: '"d1"',
    }) as Kept;

  it("sends nothing over another device's draft before the person has chosen", async () => {
    server.put("old");
    server.put("there");
    const { drafting, starting } = await opened({ ...kept(), dirty: true });
    expect(dialog().open).toBe(true);
    expect(await drafting.flush()).toBe(true);
    expect(server.saved).toEqual([]);
    dialog().close("mine");
    await starting;
    await drafting.flush();
    expect(server.saved).toEqual(["here"]);
  });

  it("asks about the page and about the other device's draft", async () => {
    server.put("old");
    server.put("there");
    server.opened = { ...server.opened, version: 2, content: content("new page") };
    const { drafting, starting } = await opened({ ...kept(), dirty: true });
    dialog().close("mine");
    await starting;
    await drafting.flush();
    await soon();
    expect(dialog().open).toBe(true);
    expect(server.text).toBe("there");
  });
});

describe("a submit", () => {
  it("asks first where another tab saved a newer draft", async () => {
    const { flow, type } = await opened();
    type("mine");
    server.put("other tab");
    await flow.submit();
    await soon();
    expect(server.submit).not.toHaveBeenCalled();
    expect(dialog().open).toBe(true);
  });

  it("is still tried where only the draft could not be saved", async () => {
    const { flow, type } = await opened();
    type("mine");
    server.failing = new Unreachable("x");
    await flow.submit();
    expect(server.submit).toHaveBeenCalledTimes(1);
    expect(local.kept).toBeNull();
  });

  it("that fails does not adopt another tab's draft unseen", async () => {
    const { drafting, flow, type } = await opened();
    type("mine");
    server.submit.mockImplementation(() => {
      server.put("other tab");
      return Promise.reject(new Refused(400, "bad", "no"));
    });
    await flow.submit();
    expect(desk.held).toBe(false);
    type("mine, more");
    await drafting.flush();
    await soon();
    expect(server.text).toBe("other tab");
    expect(dialog().open).toBe(true);
  });

  it("over a changed page does not adopt another tab's draft unseen", async () => {
    const { drafting, flow, type } = await opened();
    type("mine");
    const now = { ...server.opened, version: 2, content: content("theirs") };
    server.now = now;
    server.submit.mockImplementation(() => {
      server.put("other tab");
      return Promise.reject(stale());
    });
    const sending = flow.submit();
    await soon();
    dialog().close("mine");
    await sending;
    await drafting.flush();
    await soon();
    expect(server.text).toBe("other tab");
    expect(dialog().open).toBe(true);
  });

  it("takes no typing while it is under way and loses none that came all the same", async () => {
    const { flow, type } = await opened();
    type("mine");
    server.submit.mockImplementation(() => {
      expect(desk.held).toBe(true);
      type("mine, late");
      return Promise.resolve({ body: server.opened, etag: '"2"' });
    });
    await flow.submit();
    expect(local.kept?.draft.content.text).toBe("mine, late");
  });
});

describe("a conflict", () => {
  it("that could not be looked at is met again", async () => {
    const { drafting, type } = await opened();
    type("mine");
    server.put("other tab");
    server.reading = new Unreachable("x");
    await drafting.flush();
    await soon();
    type("mine, more");
    server.reading = null;
    await drafting.flush();
    await soon();
    expect(dialog().open).toBe(true);
    expect(server.text).toBe("other tab");
  });
});

describe("leaving a page", () => {
  it("waits for a text that neither the server nor this browser has", async () => {
    const { flow, type } = await opened();
    type("mine");
    server.failing = new LoggedOut(401, "x", "");
    local.full = true;
    await flow.undoSubmit("q");
    expect(server.move).not.toHaveBeenCalled();
    expect(document.querySelector("#toast")!.textContent).toContain("saved.nowhere");
    local.full = false;
    await flow.undoSubmit("q");
    expect(server.move).toHaveBeenCalledTimes(1);
  });

  it.each(["skip", "walk"] as const)("by %s waits as well", async (how) => {
    document.body.insertAdjacentHTML(
      "beforeend",
      '<a class="thumb" aria-current="true"></a><a class="thumb" href="#walked"></a>',
    );
    const { flow, type } = await opened();
    type("mine");
    server.failing = new Unreachable("x");
    local.full = true;
    if (how === "walk") await flow.walk("next");
    else {
      const skipping = flow.skip("correct");
      document.querySelector<HTMLDialogElement>("#skip-dialog")!.close("yes");
      await skipping;
    }
    expect(server.move).not.toHaveBeenCalled();
    expect(location.hash).not.toBe("#walked");
  });
});
