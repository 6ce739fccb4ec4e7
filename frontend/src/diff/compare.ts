// What a person changed: hunks of letters in each zone, each with its class, and the figures.
import type { Content, Zone } from "../api/types";
import { zonesOf } from "../content";
import { distance } from "./distance";
import { type Hunk, hunks } from "./myers";

/** `space`: white space alone; `unicode`: the same sign under another code point. */
export type Kind = "letters" | "space" | "unicode";

export interface Change {
  zone: Zone;
  /** The line of the new text, from 1. */
  line: number;
  kind: Kind;
  before: string;
  after: string;
  /** Where it stands, in the letters of the old and the new zone text. */
  hunk: Hunk;
}

export interface Comparison {
  changes: Change[];
  /** Letters touched, by class. */
  counts: Record<Kind, number>;
  /** Character error rate of the old text against the new one, on grapheme clusters. */
  cer: number;
  /** Letters of the new text: what the rate was measured on. */
  length: number;
}

const segmenter = new Intl.Segmenter(undefined, { granularity: "grapheme" });

/** Grapheme clusters; plain Latin letters take the short way. */
export function letters(text: string): string[] {
  if (/^[\n\x20-\u02ff]*$/.test(text)) return text.split("");
  return Array.from(segmenter.segment(text), (part) => part.segment);
}

export function compare(before: Content, after: Content): Comparison {
  const zones = new Set([...zonesOf(before), ...zonesOf(after)].map(([zone]) => zone));
  const changes = [...zones].flatMap((zone) =>
    compareText(before[zone] ?? "", after[zone] ?? "").map((change) => ({ zone, ...change })),
  );
  const counts: Record<Kind, number> = { letters: 0, space: 0, unicode: 0 };
  for (const { kind, hunk } of changes) {
    counts[kind] += Math.max(hunk.a1 - hunk.a0, hunk.b1 - hunk.b0);
  }
  const [old, now] = [plain(before), plain(after)];
  const cer = old.join("") === now.join("") ? 0 : distance(old, now) / Math.max(now.length, 1);
  return { changes, counts, cer, length: now.length };
}

function plain(content: Content): string[] {
  const parts = zonesOf(content).map(([, text]) => text);
  return letters(parts.filter((text) => text !== "").join("\n"));
}

function compareText(before: string, after: string): Omit<Change, "zone">[] {
  if (before === after) return [];
  const [a, b] = [letters(before), letters(after)];
  return byLines(a, b)
    .flatMap((block) => within(a, b, block))
    .map((hunk) => {
      const old = a.slice(hunk.a0, hunk.a1).join("");
      const now = b.slice(hunk.b0, hunk.b1).join("");
      const line = b.slice(0, hunk.b0).filter((letter) => letter === "\n").length + 1;
      return { line, kind: kindOf(old, now), before: old, after: now, hunk };
    });
}

/** Whole lines first: it is quicker, and a change never reaches over lines that stayed. */
function byLines(a: string[], b: string[]): Hunk[] {
  const [x, y] = [linesOf(a), linesOf(b)];
  return hunks(x.lines, y.lines).map(({ a0, a1, b0, b1 }) => ({
    a0: x.starts[a0]!,
    a1: x.starts[a1]!,
    b0: y.starts[b0]!,
    b1: y.starts[b1]!,
  }));
}

function linesOf(list: string[]): { lines: string[]; starts: number[] } {
  const starts = [0];
  list.forEach((letter, index) => {
    if (letter === "\n") starts.push(index + 1);
  });
  starts.push(list.length);
  const lines = starts.slice(1).map((end, i) => list.slice(starts[i], end).join(""));
  return { lines, starts };
}

function within(a: string[], b: string[], block: Hunk): Hunk[] {
  const inner = hunks(a.slice(block.a0, block.a1), b.slice(block.b0, block.b1));
  return tidy(
    inner.map((hunk) => ({
      a0: hunk.a0 + block.a0,
      a1: hunk.a1 + block.a0,
      b0: hunk.b0 + block.b0,
      b1: hunk.b1 + block.b0,
    })),
  );
}

/** Joins two hunks around letters that agree by chance: fewer than either hunk changes. */
function tidy(list: Hunk[]): Hunk[] {
  const kept: Hunk[] = [];
  for (const hunk of list) {
    const last = kept.at(-1);
    if (last && hunk.a0 - last.a1 < Math.min(size(last), size(hunk))) {
      last.a1 = hunk.a1;
      last.b1 = hunk.b1;
    } else kept.push({ ...hunk });
  }
  return kept;
}

function size({ a0, a1, b0, b1 }: Hunk): number {
  return Math.max(a1 - a0, b1 - b0);
}

export function kindOf(before: string, after: string): Kind {
  if (!before.trim() && !after.trim()) return "space";
  return before && skeleton(before) === skeleton(after) ? "unicode" : "letters";
}

/** Signs that look alike on paper, brought to one. */
function skeleton(text: string): string {
  return text
    .normalize("NFKC")
    .replace(/[\u2010-\u2015\u2212\u00ad]/g, "-")
    .replace(/[\u2018\u2019\u201a\u2032\u00b4`]/g, "'")
    .replace(/[\u201c-\u201e\u2033\u00ab\u00bb]/g, '"')
    .replace(/[\u200b-\u200d\u2060]/g, "");
}
