// Two texts made one (diff3): word by word where the common start is known, line by line where it
// is not. What both changed differently stands twice, mine first: a word too many can be seen and
// deleted, a lost one cannot.
import { type Content, ZONES } from "../api/types";
import { type Hunk, hunks } from "../diff/myers";

export interface Merged {
  content: Content;
  /** Places where both texts stand, one after the other. */
  doubled: number;
}

export function mergeContent(base: Content | null, mine: Content, theirs: Content): Merged {
  const content: Content = { ...mine, fields: mergeFields(base, mine, theirs) };
  let doubled = 0;
  for (const zone of ZONES) {
    const [m, t] = [mine[zone], theirs[zone]];
    if (m === t || (base && t === base[zone])) continue;
    if (base && m === base[zone]) content[zone] = t;
    else {
      const merged = mergeText(base?.[zone] ?? null, m ?? "", t ?? "");
      content[zone] = merged.text;
      doubled += merged.doubled;
    }
  }
  return { content, doubled };
}

/** A field is taken from the side that touched it; from mine where both did. */
function mergeFields(base: Content | null, mine: Content, theirs: Content): Content["fields"] {
  const fields = { ...theirs.fields };
  for (const [name, value] of Object.entries(mine.fields)) {
    const untouched = JSON.stringify(value) === JSON.stringify(base?.fields[name]);
    if (!untouched || !(name in fields)) fields[name] = value;
  }
  return fields;
}

export function mergeText(base: string | null, mine: string, theirs: string) {
  const parts = base === null ? lines : words;
  const [m, t] = [parts(mine), parts(theirs)];
  // Without a known start, what the two share is taken for it.
  const b = base === null ? common(m, t) : parts(base);
  const [mh, th] = [hunks(b, m), hunks(b, t)];
  const out: string[] = [];
  let doubled = 0;
  let at = 0;
  for (const group of overlapping(mh, th)) {
    const [from, to] = [group.from, group.to];
    out.push(...b.slice(at, from));
    const [ours, others] = [
      side(group.mine, b, m, [from, to]),
      side(group.theirs, b, t, [from, to]),
    ];
    at = to;
    if (!group.theirs.length || ours.join("") === others.join("")) out.push(...ours);
    else if (!group.mine.length) out.push(...others);
    else {
      out.push(...ours, ...between(ours, others), ...others);
      doubled++;
    }
  }
  out.push(...b.slice(at));
  return { text: out.join(""), doubled };
}

/** Each line with its line end. */
function lines(text: string): string[] {
  return text.match(/[^\n]*\n|[^\n]+$/g) ?? [];
}

function words(text: string): string[] {
  return text.match(/\n|[^\S\n]+|[\p{L}\p{N}\p{M}]+|[^\s\p{L}\p{N}]/gu) ?? [];
}

/** What keeps two words, or a last line and another, from running together. */
function between(ours: string[], others: string[]): string[] {
  const [last, first] = [ours.at(-1) ?? "", others[0] ?? ""];
  if (!last || !first || last.endsWith("\n") || /^\s/.test(first)) return [];
  return [first.endsWith("\n") || last.includes(" ") ? "\n" : " "];
}

function common(a: string[], b: string[]): string[] {
  const out: string[] = [];
  let at = 0;
  for (const hunk of hunks(a, b)) {
    out.push(...a.slice(at, hunk.a0));
    at = hunk.a1;
  }
  return [...out, ...a.slice(at)];
}

interface Group {
  from: number;
  to: number;
  mine: Hunk[];
  theirs: Hunk[];
}

/** Runs of hunks of either side that touch each other in the base. */
function overlapping(mine: Hunk[], theirs: Hunk[]): Group[] {
  const all = [
    ...mine.map((hunk) => ({ hunk, own: true })),
    ...theirs.map((hunk) => ({ hunk, own: false })),
  ].sort((x, y) => x.hunk.a0 - y.hunk.a0 || x.hunk.a1 - y.hunk.a1);
  const groups: Group[] = [];
  for (const { hunk, own } of all) {
    let group = groups.at(-1);
    if (!group || hunk.a0 > group.to) {
      group = { from: hunk.a0, to: hunk.a1, mine: [], theirs: [] };
      groups.push(group);
    }
    group.to = Math.max(group.to, hunk.a1);
    (own ? group.mine : group.theirs).push(hunk);
  }
  return groups;
}

/** One side's lines for `base[from..to)`. */
function side(list: Hunk[], base: string[], own: string[], [from, to]: [number, number]): string[] {
  const out: string[] = [];
  let at = from;
  for (const hunk of list) {
    out.push(...base.slice(at, hunk.a0), ...own.slice(hunk.b0, hunk.b1));
    at = hunk.a1;
  }
  return [...out, ...base.slice(at, to)];
}
