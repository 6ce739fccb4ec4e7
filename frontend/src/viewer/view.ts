// Where the paper lies on the light table: pure arithmetic of zoom, pan and quarter turns.

export interface Size {
  width: number;
  height: number;
}

export interface View {
  /** Screen pixels per pixel of the image. */
  scale: number;
  /** The top left corner of the turned paper, in screen pixels from the table's. */
  x: number;
  y: number;
  /** Quarter turns clockwise, 0 to 3. Turning the view changes nothing but the view. */
  turns: number;
}

export type Fit = "width" | "page" | "selection";

/** Screen pixels of light table left around the paper. */
const MARGIN = 12;
/** Share of the table's width that a fitted selection takes. */
const SELECTION_SHARE = 0.9;
const SCALES = { least: 0.05, most: 8 };

/** Size of the paper on the table, at scale 1. */
export function turned(paper: Size, turns: number): Size {
  return turns % 2 ? { width: paper.height, height: paper.width } : paper;
}

/** A point of the image, as it lies at scale 1 on the turned paper. */
export function turnedPoint([x, y]: [number, number], paper: Size, turns: number) {
  const points: [number, number][] = [
    [x, y],
    [paper.height - y, x],
    [paper.width - x, paper.height - y],
    [y, paper.width - x],
  ];
  return points[turns % 4]!;
}

export function fitted(fit: "width" | "page", paper: Size, table: Size, turns: number): View {
  const { width, height } = turned(paper, turns);
  const across = (table.width - 2 * MARGIN) / width;
  const along = (table.height - 2 * MARGIN) / height;
  const scale = limited(fit === "width" ? across : Math.min(across, along));
  return settled({ scale, x: MARGIN, y: MARGIN, turns }, paper, table);
}

/** The view in which the box (image pixels) fills the table's width. */
export function fittedTo(
  corners: [number, number][],
  paper: Size,
  table: Size,
  turns: number,
): View {
  const box = bounds(corners.map((point) => turnedPoint(point, paper, turns)));
  const scale = limited((table.width * SELECTION_SHARE) / Math.max(box.width, 1));
  const x = table.width / 2 - (box.left + box.width / 2) * scale;
  const y = table.height / 2 - (box.top + box.height / 2) * scale;
  return settled({ scale, x, y, turns }, paper, table);
}

/** Zooms by `factor` and leaves the point of the table where it is. */
export function zoomed(
  view: View,
  factor: number,
  at: [number, number],
  paper: Size,
  table: Size,
): View {
  const scale = limited(view.scale * factor);
  const grown = scale / view.scale;
  const x = at[0] - (at[0] - view.x) * grown;
  const y = at[1] - (at[1] - view.y) * grown;
  return settled({ ...view, scale, x, y }, paper, table);
}

export function panned(view: View, by: [number, number], paper: Size, table: Size): View {
  return settled({ ...view, x: view.x + by[0], y: view.y + by[1] }, paper, table);
}

/** Moves only as far as needed for the corners to lie well inside the table. */
export function revealed(view: View, corners: [number, number][], paper: Size, table: Size): View {
  const box = bounds(corners.map((point) => turnedPoint(point, paper, view.turns)));
  const left = box.left * view.scale + view.x;
  const top = box.top * view.scale + view.y;
  const dx = inward(left, box.width * view.scale, table.width, MARGIN);
  const dy = inward(top, box.height * view.scale, table.height, table.height * 0.2);
  return dx || dy ? panned(view, [dx, dy], paper, table) : view;
}

/** How far a stretch must move to stand `margin` inside `[0, room)`; its start wins. */
function inward(start: number, length: number, room: number, margin: number): number {
  if (start < margin) return margin - start;
  const over = start + length - (room - margin);
  return over <= 0 ? 0 : -Math.min(over, Math.max(start - margin, 0));
}

/** Keeps paper on the table: centred when smaller, else never further in than the margin. */
function settled(view: View, paper: Size, table: Size): View {
  const size = turned(paper, view.turns);
  return {
    ...view,
    x: within(view.x, size.width * view.scale, table.width),
    y: within(view.y, size.height * view.scale, table.height),
  };
}

function within(start: number, length: number, room: number): number {
  if (length <= room - 2 * MARGIN) return (room - length) / 2;
  return Math.min(MARGIN, Math.max(room - MARGIN - length, start));
}

function limited(scale: number): number {
  return Math.min(SCALES.most, Math.max(SCALES.least, scale));
}

function bounds(points: [number, number][]) {
  const xs = points.map((point) => point[0]);
  const ys = points.map((point) => point[1]);
  const [left, top] = [Math.min(...xs), Math.min(...ys)];
  return { left, top, width: Math.max(...xs) - left, height: Math.max(...ys) - top };
}
