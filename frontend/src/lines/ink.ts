// Lines of ink: the page's words, gathered into the lines the recogniser saw.
import type { Box, Words, Zone } from "../api/types";

export interface InkWord {
  text: string;
  box: Box;
}

export interface InkLine {
  index: number;
  words: InkWord[];
  text: string;
  box: Box;
  zone: Zone | null;
  /** Degrees clockwise from the horizontal in which the writing runs: -90 reads upwards. */
  angle: number;
  /** Extent along the writing and across it, in pixels. */
  length: number;
  thickness: number;
  /** Four corners, in the image's pixels, clockwise from the top left. */
  corners: [number, number][];
}

/** Pixels added around a line so that its frame does not touch the letters. */
const FRAME = 3;
/** A scan lies no more askew than this; more comes from few words of unequal height. */
const STEEPEST = 0.1;
/** Words from which on a line's own slope can be told from the unequal heights of its words. */
const TELLING = 6;

export function inkLines(words: Words | null): InkLine[] {
  const groups = new Map<number, InkWord[]>();
  for (const [text, left, top, width, height, , line] of words?.words ?? []) {
    const group = groups.get(line) ?? [];
    group.push({ text, box: [left, top, width, height] });
    groups.set(line, group);
  }
  const found = [...groups].map(([key, group]): Found => {
    const region = regionOf(key, group, words?.regions ?? []);
    const turn = -Math.round((region?.angle ?? 0) / 90) * 90;
    return { words: group, zone: region?.zone ?? null, turn };
  });
  const usual = usualSlopes(found);
  return found.map((line, index) => lineOf(line, index, usual.get(line.turn) ?? 0));
}

interface Found {
  words: InkWord[];
  zone: Zone | null;
  /** Quarter turns clockwise in which the writing runs, in degrees. */
  turn: number;
}

/** The scan's slope by way of writing: the middle one of the lines long enough to tell. */
function usualSlopes(lines: Found[]): Map<number, number> {
  const slopes = new Map<number, number[]>();
  for (const { words, turn } of lines) {
    if (words.length >= TELLING)
      slopes.set(turn, [...(slopes.get(turn) ?? []), slope(words, turn)]);
  }
  const middle = (list: number[]) => list.sort((a, b) => a - b)[list.length >> 1] ?? 0;
  return new Map([...slopes].map(([turn, list]) => [turn, middle(list)]));
}

function slope(words: InkWord[], turn: number): number {
  const about = centre(around(words.map((word) => word.box)));
  return slopeOf(words.map((word) => turnedBox(word.box, about, -turn)));
}

/** Regions name their lines; where one does not, the middle of the line tells. */
function regionOf(key: number, words: InkWord[], regions: Words["regions"]) {
  const [x, y] = centre(around(words.map((word) => word.box)));
  return regions.find(({ lines, box: [l, t, w, h] }) => {
    if (lines) return key >= lines[0] && key <= lines[1];
    return x >= l && x <= l + w && y >= t && y <= t + h;
  });
}

function lineOf({ words, zone, turn }: Found, index: number, usual: number): InkLine {
  const box = around(words.map((word) => word.box));
  const text = words.map((word) => word.text).join(" ");
  const own = words.length >= TELLING ? slope(words, turn) : usual;
  return { index, words, text, box, zone, ...shapeOf(words, box, turn, own) };
}

type Point = [number, number];

function shapeOf(words: InkWord[], box: Box, turn: number, slope: number) {
  const middle = centre(box);
  const level = words.map((word) => turnedBox(word.box, middle, -turn));
  const rise = (x: number) => slope * (x - middle[0]);
  // What the slope explains of the line's height is taken off, so that the frame stays tight.
  const top = Math.min(...level.map(([l, t, w]) => t - rise(l + w / 2)));
  const bottom = Math.max(...level.map(([l, t, w, h]) => t + h - rise(l + w / 2)));
  const [left, , length] = around(level);
  const [l, r] = [left - FRAME, left + length + FRAME];
  const frame: Point[] = [
    [l, top - FRAME + rise(l)],
    [r, top - FRAME + rise(r)],
    [r, bottom + FRAME + rise(r)],
    [l, bottom + FRAME + rise(l)],
  ];
  return {
    angle: turn + (Math.atan(slope) * 180) / Math.PI,
    length,
    thickness: bottom - top,
    corners: frame.map((point) => turnedAbout(point, middle, turn)),
  };
}

/** A point turned about another, degrees clockwise. */
export function turnedAbout([x, y]: Point, [cx, cy]: Point, degrees: number): Point {
  const angle = (degrees * Math.PI) / 180;
  const [cos, sin] = [Math.cos(angle), Math.sin(angle)];
  return [cx + (x - cx) * cos - (y - cy) * sin, cy + (x - cx) * sin + (y - cy) * cos];
}

function turnedBox([left, top, width, height]: Box, about: Point, degrees: number): Box {
  const a = turnedAbout([left, top], about, degrees);
  const b = turnedAbout([left + width, top + height], about, degrees);
  const [l, t] = [Math.min(a[0], b[0]), Math.min(a[1], b[1])];
  return [l, t, Math.abs(a[0] - b[0]), Math.abs(a[1] - b[1])];
}

function around(boxes: Box[]): Box {
  const left = Math.min(...boxes.map((b) => b[0]));
  const top = Math.min(...boxes.map((b) => b[1]));
  const right = Math.max(...boxes.map((b) => b[0] + b[2]));
  const bottom = Math.max(...boxes.map((b) => b[1] + b[3]));
  return [left, top, right - left, bottom - top];
}

export function centre([left, top, width, height]: Box): Point {
  return [left + width / 2, top + height / 2];
}

/** Least squares through the words' middles; 0 where that makes no sense. */
function slopeOf(boxes: Box[]): number {
  const points = boxes.map(centre);
  const [mx, my] = [mean(points.map((p) => p[0])), mean(points.map((p) => p[1]))];
  let [over, under] = [0, 0];
  for (const [x, y] of points) {
    over += (x - mx) * (y - my);
    under += (x - mx) ** 2;
  }
  const slope = under === 0 ? 0 : over / under;
  return Math.abs(slope) > STEEPEST ? 0 : slope;
}

function mean(values: number[]): number {
  return values.reduce((a, b) => a + b, 0) / values.length;
}

/** The word under a point of the image, or the nearest one of the line. */
export function wordAt(line: InkLine, [x, y]: [number, number]): InkWord | null {
  const away = ({ box: [left, top, width, height] }: InkWord) => {
    const dx = Math.max(left - x, 0, x - left - width);
    const dy = Math.max(top - y, 0, y - top - height);
    return dx * dx + dy * dy;
  };
  const sorted = line.words.toSorted((a, b) => away(a) - away(b));
  return sorted[0] ?? null;
}
