// Marks over the text (illegible, stamp …) move with it while it is typed. The server counts code
// points, the editor UTF-16 units.
import type { ChangeDesc } from "@codemirror/state";
import type { Span } from "../api/types";

export function toUnits(spans: Span[], text: string): Span[] {
  const offsets = [0];
  for (const letter of text) offsets.push(offsets.at(-1)! + letter.length);
  const at = (point: number) => offsets[Math.min(point, offsets.length - 1)]!;
  return spans.map((span) => ({ ...span, start: at(span.start), end: at(span.end) }));
}

export function toPoints(spans: Span[], text: string): Span[] {
  const at = (unit: number) => [...text.slice(0, unit)].length;
  return spans.map((span) => ({ ...span, start: at(span.start), end: at(span.end) }));
}

/** A mark whose text is deleted goes with it. */
export function moved(spans: Span[], changes: ChangeDesc): Span[] {
  return spans
    .map((span) => {
      const [start, end] = [changes.mapPos(span.start, 1), changes.mapPos(span.end, -1)];
      return { ...span, start, end };
    })
    .filter((span) => span.start < span.end);
}
