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

export function inkLines(words: Words | null): InkLine[] {
  const groups = new Map<number, InkWord[]>();
  for (const [text, left, top, width, height, , line] of words?.words ?? []) {
    const group = groups.get(line) ?? [];
    group.push({ text, box: [left, top, width, height] });
    groups.set(line, group);
  }
  return [...groups].map(([key, group], index) => {
    return lineOf(group, index, regionOf(key, group, words?.regions ?? []));
  });
}

/** Regions name their lines; where one does not, the middle of the line tells. */
function regionOf(key: number, words: InkWord[], regions: Words["regions"]) {
  const [x, y] = centre(around(words.map((word) => word.box)));
  return regions.find(({ lines, box: [l, t, w, h] }) => {
    if (lines) return key >= lines[0] && key <= lines[1];
    return x >= l && x <= l + w && y >= t && y <= t + h;
  });
}

function lineOf(words: InkWord[], index: number, region?: Words["regions"][number]): InkLine {
  const box = around(words.map((word) => word.box));
  const text = words.map((word) => word.text).join(" ");
  const line = { index, words, text, box, zone: region?.zone ?? null };
  return { ...line, ...shapeOf(words, box, -(region?.angle ?? 0)) };
}

function shapeOf(words: InkWord[], box: Box, turn: number) {
  const aside = Math.abs(Math.sin((turn * Math.PI) / 180)) > Math.SQRT1_2;
  if (aside) return { angle: turn, length: box[3], thickness: box[2], corners: corners(box) };
  const slope = Math.abs(turn) > 45 ? 0 : slopeOf(words);
  const frame = slanted(words, box, slope);
  const angle = Math.abs(turn) < 45 ? (Math.atan(slope) * 180) / Math.PI : turn;
  return {
    angle,
    length: box[2],
    thickness: frame[3]![1] - frame[0]![1] - 2 * FRAME,
    corners: frame,
  };
}

function around(boxes: Box[]): Box {
  const left = Math.min(...boxes.map((b) => b[0]));
  const top = Math.min(...boxes.map((b) => b[1]));
  const right = Math.max(...boxes.map((b) => b[0] + b[2]));
  const bottom = Math.max(...boxes.map((b) => b[1] + b[3]));
  return [left, top, right - left, bottom - top];
}

export function centre([left, top, width, height]: Box): [number, number] {
  return [left + width / 2, top + height / 2];
}

function corners([left, top, width, height]: Box): [number, number][] {
  const [l, t, r, b] = [left - FRAME, top - FRAME, left + width + FRAME, top + height + FRAME];
  return [
    [l, t],
    [r, t],
    [r, b],
    [l, b],
  ];
}

/** A scan is seldom straight: the frame follows the slope through the words' centres. */
function slanted(words: InkWord[], box: Box, slope: number): [number, number][] {
  const [cx] = centre(box);
  const rise = (x: number) => slope * (x - cx);
  // What the slope explains of the line's height is taken off, so that the frame stays tight.
  const tops = words.map(({ box: [l, t, w] }) => t - rise(l + w / 2));
  const bottoms = words.map(({ box: [l, t, w, h] }) => t + h - rise(l + w / 2));
  const [top, bottom] = [Math.min(...tops) - FRAME, Math.max(...bottoms) + FRAME];
  const [l, r] = [box[0] - FRAME, box[0] + box[2] + FRAME];
  return [
    [l, top + rise(l)],
    [r, top + rise(r)],
    [r, bottom + rise(r)],
    [l, bottom + rise(l)],
  ];
}

/** Least squares through the words' centres; 0 for fewer than three words. */
function slopeOf(words: InkWord[]): number {
  if (words.length < 3) return 0;
  const points = words.map((word) => centre(word.box));
  const [mx, my] = [mean(points.map((p) => p[0])), mean(points.map((p) => p[1]))];
  let [over, under] = [0, 0];
  for (const [x, y] of points) {
    over += (x - mx) * (y - my);
    under += (x - mx) ** 2;
  }
  const slope = under === 0 ? 0 : over / under;
  return Math.abs(slope) > 0.1 ? 0 : slope;
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
