// Keeps, for the text of one zone, which line stands for which ink. Typing inside a line leaves
// its place alone until the hand rests; a new or removed line is placed at once.
import { type Aligner, type Anchor } from "./align";
import type { InkLine, InkWord } from "./ink";
import { columnOf, type Place, placeOf } from "./place";

export class AnchorBook {
  private anchors: (Anchor | null)[] = [];
  private lines: string[] = [];
  private aligner: Aligner | null = null;

  constructor(private readonly zone: string) {}

  /** The page's words have come, perhaps after the text. */
  useInk(aligner: Aligner): void {
    this.aligner = aligner;
    this.align(this.lines);
  }

  read(lines: string[]): void {
    const anew = lines.length !== this.lines.length;
    this.lines = lines;
    if (anew) this.align(lines);
  }

  /** The hand rests: looks again at lines whose letters changed. Tells whether a place moved. */
  settle(): boolean {
    const before = this.anchors;
    this.align(this.lines);
    return this.anchors.some((anchor, i) => anchor?.ink[0] !== before[i]?.ink[0]);
  }

  /** Where the letter stands on the page; null: nowhere that can be told. `line` from 0. */
  placeAt(line: number, column: number): Place | null {
    const anchor = this.anchors[line];
    return anchor ? placeOf(anchor, this.lines[line] ?? "", column) : null;
  }

  /** The line and column for a word of ink, with how sure that is; null: no text stands for it. */
  find(ink: InkLine, word: InkWord | null): { line: number; column: number; score: number } | null {
    const line = this.anchors.findIndex((anchor) => anchor?.ink.includes(ink));
    const anchor = this.anchors[line];
    if (!anchor) return null;
    const first = word ?? ink.words[0] ?? null;
    return { line, column: columnOf(anchor, this.lines[line] ?? "", first), score: anchor.score };
  }

  get placed(): number {
    return this.anchors.filter((anchor) => anchor !== null).length;
  }

  private align(lines: string[]): void {
    this.anchors = this.aligner?.align(lines, this.zone) ?? lines.map(() => null);
  }
}
