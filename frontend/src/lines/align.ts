// Which line of ink does a line of text stand for? A monotone alignment by likeness; a line of
// text that a model ran together may take several lines of ink. What has no likeness gets no place.
import type { InkLine } from "./ink";
import { type Bigrams, bigrams, dice, fold, sum } from "./similarity";

export interface Anchor {
  ink: InkLine[];
  /** Likeness, 0 to 1. */
  score: number;
}

/** Below this likeness a match says nothing; found by trying on pages of `data/dev`. */
const LEAST_LIKENESS = 0.45;
/** Lines of ink that one line of text may have swallowed. */
const MOST_JOINED = 8;
/** A text this many times as long as a usual line of ink may be several lines run together. */
const LONG = 1.4;
const SAME_ZONE_BONUS = 0.05;

interface Step {
  gain: number;
  /** Lines of ink taken by this line of text; 0: none; -1: this line of ink is passed over. */
  taken: number;
}

export class Aligner {
  private readonly inkGrams: Bigrams[];
  private readonly usual: number;
  private memory = new Map<string, number[][]>();

  constructor(private readonly ink: InkLine[]) {
    const folded = ink.map((line) => fold(line.text));
    this.inkGrams = folded.map(bigrams);
    const lengths = folded.map((text) => text.length).sort((a, b) => a - b);
    this.usual = lengths[lengths.length >> 1] ?? 0;
  }

  /** One anchor, or null, for each line; keeps what it learned about lines that did not change. */
  align(lines: string[], zone: string): (Anchor | null)[] {
    const kept = new Map<string, number[][]>();
    const scores = lines.map((line) => {
      const row = this.memory.get(line) ?? this.likeness(line);
      kept.set(line, row);
      return row;
    });
    this.memory = new Map([...this.memory, ...kept].slice(-2000));
    return this.walk(this.fill(scores, zone), scores);
  }

  /** `row[j][k-1]`: likeness to the `k` lines of ink from `j` on. */
  private likeness(line: string): number[][] {
    const folded = fold(line);
    const grams = bigrams(folded);
    const most = folded.length > this.usual * LONG ? MOST_JOINED : 1;
    return this.ink.map((_, j) => {
      const row: number[] = [];
      for (let k = 1; k <= most && j + k <= this.ink.length; k++) {
        row.push(dice(grams, k === 1 ? this.inkGrams[j]! : sum(this.inkGrams.slice(j, j + k))));
      }
      return row;
    });
  }

  private fill(scores: number[][][], zone: string): Step[][] {
    const width = this.ink.length;
    const empty = (): Step[] => Array.from({ length: width + 1 }, () => ({ gain: 0, taken: 0 }));
    const table = Array.from({ length: scores.length + 1 }, empty);
    for (let i = scores.length - 1; i >= 0; i--) {
      for (let j = width; j >= 0; j--) table[i]![j] = this.best(table, scores[i]!, [i, j], zone);
    }
    return table;
  }

  private best(table: Step[][], row: number[][], [i, j]: [number, number], zone: string): Step {
    let best: Step = { gain: table[i + 1]![j]!.gain, taken: 0 };
    const passed = table[i]![j + 1]?.gain ?? -1;
    if (passed > best.gain) best = { gain: passed, taken: -1 };
    row[j]?.forEach((score, index) => {
      if (score < LEAST_LIKENESS) return;
      const bonus = this.ink[j]!.zone === zone ? SAME_ZONE_BONUS : 0;
      // Likeness squared times the lines explained: one good match beats two poor ones.
      const gain = (score + bonus) ** 2 * (index + 1) + table[i + 1]![j + index + 1]!.gain;
      if (gain > best.gain) best = { gain, taken: index + 1 };
    });
    return best;
  }

  private walk(table: Step[][], scores: number[][][]): (Anchor | null)[] {
    const anchors: (Anchor | null)[] = scores.map(() => null);
    let [i, j] = [0, 0];
    while (i < scores.length && j <= this.ink.length) {
      const { taken } = table[i]![j]!;
      if (taken > 0) {
        anchors[i] = { ink: this.ink.slice(j, j + taken), score: scores[i]![j]![taken - 1]! };
        j += taken;
      }
      if (taken === -1) j++;
      else i++;
    }
    return anchors;
  }
}
