// Where on the page is the word under the caret? Tokens of one line of text against the words of
// its ink, in order; equal ones anchor, the rest is shared out by their position between anchors.
import type { Anchor } from "./align";
import type { InkLine, InkWord } from "./ink";
import { bigrams, dice, fold } from "./similarity";

export interface Place {
  line: InkLine;
  word: InkWord | null;
}

interface Token {
  start: number;
  end: number;
  text: string;
}

const WORD_LIKENESS = 0.5;

export function tokens(text: string): Token[] {
  return [...text.matchAll(/\S+/g)].map((match) => ({
    start: match.index,
    end: match.index + match[0].length,
    text: match[0],
  }));
}

/** The ink of the word at `column` of `text`; the word is null where none is alike. */
export function placeOf(anchor: Anchor, text: string, column: number): Place {
  const words = anchor.ink.flatMap((line) => line.words.map((word) => ({ line, word })));
  const parts = tokens(text);
  const at = parts.findLastIndex((part) => part.start <= column);
  const matched = match(
    parts.map((part) => part.text),
    words.map(({ word }) => word.text),
  );
  const found = at < 0 ? undefined : matched[at];
  if (found !== undefined && found >= 0) return words[found]!;
  return { line: words[nearest(matched, Math.max(at, 0))]?.line ?? anchor.ink[0]!, word: null };
}

/** The start, in `text`, of the token that stands for `word`: where a click puts the caret. */
export function columnOf(anchor: Anchor, text: string, word: InkWord | null): number {
  const words = anchor.ink.flatMap((line) => line.words);
  const parts = tokens(text);
  const matched = match(
    parts.map((part) => part.text),
    words.map((w) => w.text),
  );
  const wanted = word ? words.indexOf(word) : -1;
  // A word without a twin: the next token that has one further on.
  const at = matched.findIndex((index) => index >= wanted && index >= 0);
  return parts[at]?.start ?? 0;
}

/** For each of `a` the index of its twin in `b`, or -1; rising. */
export function match(a: string[], b: string[]): number[] {
  const [x, y] = [a, b].map((list) => list.map((text) => bigrams(fold(text) || text)));
  const table = Array.from({ length: a.length + 1 }, () => new Float32Array(b.length + 1));
  const gain = (i: number, j: number) => {
    const score = a[i] === b[j] ? 1 : dice(x![i]!, y![j]!);
    return score < WORD_LIKENESS ? -1 : score + table[i + 1]![j + 1]!;
  };
  for (let i = a.length - 1; i >= 0; i--) {
    for (let j = b.length - 1; j >= 0; j--) {
      table[i]![j] = Math.max(table[i + 1]![j]!, table[i]![j + 1]!, gain(i, j));
    }
  }
  return walk(table, gain, a.length, b.length);
}

function walk(
  table: Float32Array[],
  gain: (i: number, j: number) => number,
  rows: number,
  columns: number,
): number[] {
  const twins = new Array<number>(rows).fill(-1);
  let [i, j] = [0, 0];
  while (i < rows && j < columns) {
    if (table[i]![j] === table[i + 1]![j]) i++;
    else if (table[i]![j] === table[i]![j + 1]) j++;
    else if (gain(i, j) >= 0) twins[i++] = j++;
    else break;
  }
  return twins;
}

function nearest(matched: number[], at: number): number {
  for (let step = 1; step < matched.length; step++) {
    const before = matched[at - step] ?? -1;
    if (before >= 0) return before;
    const after = matched[at + step] ?? -1;
    if (after >= 0) return after;
  }
  return -1;
}
