// The differences in words and figures: the tally under the editor and the drawer of rows.
import type { Content } from "../api/types";
import { percent, say, sayCount } from "../messages";
import { type Change, type Comparison, compare, letters } from "./compare";

/** Letters of unchanged text shown around a change, and the gap that two changes may share. */
const CONTEXT = 14;
/** Rows drawn; a rewritten page is told by its figures. */
const MOST_ROWS = 200;
const SHOWN: Record<string, string> = { " ": "␣", "\n": "↵", "\t": "⇥", "\u00a0": "⍽" };

export function showTally(place: HTMLElement, comparison: Comparison | null): void {
  const [figure, detail] = [place.querySelector("strong")!, place.querySelector("span")!];
  if (!comparison) {
    figure.textContent = say("diff.nothing_read");
    detail.textContent = "";
    return;
  }
  const { changes, counts, cer, length } = comparison;
  figure.textContent = `${sayCount("diff.edits", changes.length)} · CER ${percent(cer)}`;
  const parts = (["letters", "space", "unicode"] as const)
    .filter((kind) => counts[kind] > 0)
    .map((kind) => sayCount(`diff.${kind}`, counts[kind]));
  detail.textContent = parts.length ? parts.join(" · ") : sayCount("diff.measured", length);
}

export function comparison(before: Content | null, after: Content): Comparison | null {
  return before && compare(before, after);
}

export function showRows(
  drawer: HTMLElement,
  before: Content,
  after: Content,
  found: Comparison,
): void {
  const rows = grouped(found.changes).slice(0, MOST_ROWS);
  drawer.replaceChildren(...rows.map((group) => row(group, before, after)));
  if (rows.length) return;
  const none = document.createElement("p");
  none.append(
    element("span", "", ""),
    element("span", "muted", say("diff.none")),
    element("span", "", ""),
  );
  drawer.append(none);
}

/** Changes close together on one line share a row. */
function grouped(changes: Change[]): Change[][] {
  const groups: Change[][] = [];
  for (const change of changes) {
    const last = groups.at(-1)?.at(-1);
    const near = last && last.zone === change.zone && last.line === change.line;
    if (near && change.hunk.b0 - last.hunk.b1 <= 2 * CONTEXT) groups.at(-1)!.push(change);
    else groups.push([change]);
  }
  return groups;
}

function row(group: Change[], before: Content, after: Content): HTMLElement {
  const { zone, line } = group[0]!;
  const text = letters(after[zone] ?? "");
  const old = letters(before[zone] ?? "");
  const line_ = element("p", "", "");
  const where = element("span", "muted", String(line));
  if (zone !== "text") where.textContent = `${say(`zone.${zone}.short`)} ${line}`;
  const words = element("span", "", "");
  let at = startOf(text, group[0]!.hunk.b0);
  for (const change of group) {
    words.append(text.slice(at, change.hunk.b0).join(""));
    words.append(...marks(change, old, text));
    at = change.hunk.b1;
  }
  words.append(text.slice(at, endOf(text, at)).join(""));
  line_.append(where, words, element("span", "", note(group)));
  return line_;
}

function marks(change: Change, old: string[], now: string[]): HTMLElement[] {
  const glyph = change.kind === "letters" ? "" : "glyph";
  const { a0, a1, b0, b1 } = change.hunk;
  const del = element("del", glyph, visible(old.slice(a0, a1), change));
  const ins = element("ins", glyph, visible(now.slice(b0, b1), change));
  return [...(a1 > a0 ? [del] : []), ...(b1 > b0 ? [ins] : [])];
}

/** White space gets a sign where it is what changed, and at a line's end always. */
function visible(list: string[], { kind }: Change): string {
  return list
    .map((letter) => (kind === "space" || letter === "\n" ? (SHOWN[letter] ?? letter) : letter))
    .join("");
}

function note(group: Change[]): string {
  const only = group[0]!;
  if (group.length === 1 && only.kind === "unicode") {
    return say("diff.unicode_note", { before: codes(only.before), after: codes(only.after) });
  }
  const sizes = { letters: 0, space: 0, unicode: 0 };
  for (const { kind, hunk } of group) {
    sizes[kind] += Math.max(hunk.a1 - hunk.a0, hunk.b1 - hunk.b0);
  }
  return (["letters", "space", "unicode"] as const)
    .filter((kind) => sizes[kind])
    .map((kind) => sayCount(`diff.${kind}`, sizes[kind]))
    .join(" · ");
}

function codes(text: string): string {
  const names = [...text].map(
    (c) => `U+${c.codePointAt(0)!.toString(16).toUpperCase().padStart(4, "0")}`,
  );
  return names.join(" ");
}

function startOf(text: string[], from: number): number {
  const floor = Math.max(0, from - CONTEXT);
  const start = from === 0 ? 0 : text.lastIndexOf("\n", from - 1) + 1;
  if (start >= floor) return start;
  // No half words at the edge.
  const space = text.indexOf(" ", floor);
  return space >= 0 && space < from ? space + 1 : floor;
}

function endOf(text: string[], from: number): number {
  const newline = text.indexOf("\n", from);
  return Math.min(from + CONTEXT, newline < 0 ? text.length : newline);
}

function element(name: string, className: string, text: string): HTMLElement {
  const made = document.createElement(name);
  if (className) made.className = className;
  made.textContent = text;
  return made;
}
