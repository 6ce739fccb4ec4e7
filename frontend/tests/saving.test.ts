import "fake-indexeddb/auto";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { LoggedOut, Stale, Unreachable } from "../src/api/client";
import type { Content, Draft, Page } from "../src/api/types";
import { type Kept, LocalDrafts } from "../src/saving/local";
import { mergeContent, mergeText } from "../src/saving/merge";
import { opening } from "../src/saving/opening";
import { type Ports, Saver, type Status } from "../src/saving/saver";

const content = (text: string): Content => ({
  header: null,
  margin: null,
  footer: null,
  text,
  fields: {},
});
const draft = (text: string, version = 1): Draft => ({
  content: content(text),
  spans: [],
  base_version: version,
  base_prediction: null,
  fields_version: null,
});
const page = (text: string, version = 1): Page => ({
  id: "p",
  document: "d",
  number: 1,
  width: 10,
  height: 10,
  state: "open",
  version,
  content: content(text),
  spans: [],
  fields_version: null,
  base_prediction: null,
  latest_revision: null,
  prediction: null,
  image_url: "",
});
const kept = (text: string, etag: string | null, version = 1): Kept => ({
  user: "u",
  page: "p",
  draft: draft(text, version),
  base: content("base"),
  agreed: content("agreed"),
  etag,
  dirty: true,
  at: 0,
});

describe("the saver", () => {
  beforeEach(() => vi.useFakeTimers());
  afterEach(() => vi.useRealTimers());

  function setUp(send: Ports["send"] = () => Promise.resolve('"d1"')) {
    const shown: Status[] = [];
    const ports = {
      keep: vi.fn(() => Promise.resolve()),
      send: vi.fn(send),
      show: (status: Status) => void shown.push(status),
      conflict: vi.fn(),
    };
    return { saver: new Saver(ports, null), ports, shown };
  }

  it("keeps the text here within 0.5 s and on the server within 3 s", async () => {
    const { saver, ports, shown } = setUp();
    saver.change(draft("a"));
    await vi.advanceTimersByTimeAsync(500);
    expect(ports.keep).toHaveBeenCalledTimes(1);
    await vi.advanceTimersByTimeAsync(2500);
    expect(ports.send).toHaveBeenCalledTimes(1);
    expect(shown.at(-1)).toMatchObject({ kind: "saved" });
  });

  it("does not starve while keys keep coming", async () => {
    const { saver, ports } = setUp();
    for (let i = 0; i < 100; i++) {
      saver.change(draft("a".repeat(i)));
      await vi.advanceTimersByTimeAsync(100);
    }
    expect(ports.keep.mock.calls.length).toBeGreaterThan(20);
    expect(ports.send.mock.calls.length).toBeGreaterThan(3);
  });

  it("never says saved for what was typed while a save was under way", async () => {
    let answer: (etag: string) => void = () => undefined;
    const { saver, shown } = setUp(() => new Promise((resolve) => (answer = resolve)));
    saver.change(draft("a"));
    await vi.advanceTimersByTimeAsync(2000);
    saver.change(draft("ab"));
    answer('"d1"');
    await vi.advanceTimersByTimeAsync(0);
    expect(shown.map((s) => s.kind)).toEqual(["saving"]);
    expect(saver.dirty).toBe(true);
  });

  it("sends the ETag it was last given", async () => {
    const { saver, ports } = setUp();
    saver.change(draft("a"));
    await saver.flush();
    saver.change(draft("ab"));
    await saver.flush();
    expect(ports.send.mock.calls.map((call) => call[1])).toEqual([null, '"d1"']);
  });

  it("stays unsaved and tries again when the server is out of reach", async () => {
    let down = true;
    const { saver, shown } = setUp(() =>
      down ? Promise.reject(new Unreachable("x")) : Promise.resolve('"d1"'),
    );
    saver.change(draft("a"));
    await vi.advanceTimersByTimeAsync(3000);
    expect(shown.at(-1)).toMatchObject({ kind: "local" });
    expect(saver.dirty).toBe(true);
    down = false;
    await vi.advanceTimersByTimeAsync(60_000);
    expect(shown.at(-1)).toMatchObject({ kind: "saved" });
  });

  it("says that the session is over and keeps the text here", async () => {
    const { saver, ports, shown } = setUp(() => Promise.reject(new LoggedOut(401, "x", "y")));
    saver.change(draft("a"));
    expect(await saver.flush()).toBe(false);
    expect(shown.at(-1)).toMatchObject({ kind: "not", why: "logged_out" });
    expect(ports.keep).toHaveBeenCalledWith(draft("a"), null, true);
  });

  it("stops at a conflict until the person has chosen", async () => {
    const { saver, ports } = setUp(() => Promise.reject(new Stale(412, "stale", "")));
    saver.change(draft("a"));
    await saver.flush();
    expect(ports.conflict).toHaveBeenCalledTimes(1);
    saver.change(draft("b"));
    await vi.advanceTimersByTimeAsync(10_000);
    expect(ports.send).toHaveBeenCalledTimes(1);
    expect(ports.keep).toHaveBeenLastCalledWith(draft("b"), null, true);
  });
});

describe("the local drafts", () => {
  it("belong to one person and last a day", async () => {
    const [mine, other] = [new LocalDrafts("u"), new LocalDrafts("v")];
    await mine.put({ ...kept("a", null), at: 1000 });
    await other.put({ ...kept("b", null), at: 1000 });
    expect((await mine.get("p"))?.draft.content.text).toBe("a");
    await mine.tidy(2000);
    expect(await other.get("p")).toBeNull();
    await mine.tidy(2000 + 24 * 3600 * 1000);
    expect(await mine.get("p")).toBeNull();
  });
});

describe("the opening of a page", () => {
  it("shows the page when nothing was typed", () => {
    expect(opening(page("a"), null, null)).toMatchObject({ conflict: null, unsaved: false });
  });

  it("shows the draft of the server", () => {
    const saved = { draft: draft("typed"), etag: '"d3"' };
    const open = opening(page("a"), saved, null);
    expect(open.draft.content.text).toBe("typed");
    expect(open).toMatchObject({ etag: '"d3"', conflict: null });
  });

  it("prefers what this browser kept and the server never got", () => {
    const saved = { draft: draft("typed"), etag: '"d3"' };
    const open = opening(page("a"), saved, kept("typed more", '"d3"'));
    expect(open.draft.content.text).toBe("typed more");
    expect(open).toMatchObject({ unsaved: true, conflict: null });
  });

  it("asks when another machine saved meanwhile", () => {
    const saved = { draft: draft("there"), etag: '"d4"' };
    const open = opening(page("a"), saved, kept("here", '"d3"'));
    expect(open.conflict).toMatchObject({ kind: "draft", theirs: content("there") });
    expect(open.draft.content.text).toBe("here");
  });

  it("asks when the page itself moved on", () => {
    const saved = { draft: draft("typed", 1), etag: '"d3"' };
    const open = opening(page("theirs", 2), saved, null);
    expect(open.conflict).toMatchObject({ kind: "page", theirs: content("theirs") });
    expect(open.draft.base_version).toBe(2);
  });
});

describe("the merge", () => {
  it("takes both sides' changes", () => {
    expect(mergeText("a\nb\nc\nd", "A\nb\nc\nd", "a\nb\nc\nD")).toEqual({
      text: "A\nb\nc\nD",
      doubled: 0,
    });
    expect(mergeText("a\nb\nc", "a\nc", "a\nb\nc\nd").text).toBe("a\nc\nd");
  });

  it("keeps both texts where both changed the same line", () => {
    expect(mergeText("a b c", "a X c", "a Y c")).toEqual({ text: "a X Y c", doubled: 1 });
  });

  it("joins what two people changed in one line", () => {
    const { text, doubled } = mergeText("o livro de notas", "o LIVRO de notas", "o livro de atas");
    expect([text, doubled]).toEqual(["o LIVRO de atas", 0]);
  });

  it("loses no line when the start is unknown", () => {
    const { text } = mergeText(null, "a\nmine\nc", "a\ntheirs\nc");
    expect(text.split("\n")).toEqual(["a", "mine", "theirs", "c"]);
  });

  it("takes a field from the side that touched it", () => {
    const field = (value: string) => ({ cpf: { value, status: "present" as const } });
    const base = { ...content("t"), fields: field("1") };
    const merged = mergeContent(
      base,
      { ...content("t2"), fields: field("1") },
      { ...base, fields: field("2") },
    );
    expect(merged.content).toEqual({ ...content("t2"), fields: field("2") });
  });
});
