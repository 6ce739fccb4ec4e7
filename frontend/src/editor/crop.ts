// The crop of the current line, directly above what is typed: levelled, starting where the text
// starts, its letters about as wide as the typed ones. Always one height, so that nothing jumps.
import { WidgetType } from "@codemirror/view";
import type { Place } from "../lines/place";
import { centre, turnedAbout } from "../lines/ink";
import { say } from "../messages";
import type { Paper } from "../viewer/viewer";

/** CSS pixels, of the picture and of the block around it; the style sheet gives the same heights. */
const CROP_HEIGHT = 44;
export const BLOCK_HEIGHT = 48;
/** Height of the ink in the crop: legible at the least, not past the crop at the most. */
const INK_HEIGHT = { least: 21, most: 30 };
/** Printed letters may stand a little larger than the typed ones. */
const LARGER = 1.3;
/** The word in work stays within this share of the crop; else the crop moves on by half. */
const IN_SIGHT = 0.8;

/** The text around the crop, in CSS pixels: a row's size, a letter's width, the pane's height. */
export interface Row {
  width: number;
  height: number;
  letter: number;
  pane: number;
}

export interface Crop {
  /** In pixels of the levelled image. */
  left: number;
  top: number;
  height: number;
  turn: { degrees: number; x: number; y: number };
  /** The word's underline: start, end and height above the crop's foot; null: no such word. */
  word: { from: number; to: number; y: number } | null;
}

export function cropOf({ line, word }: Place, row: Row): Crop {
  const [x, y] = centre(line.box);
  const pitch = line.length / Math.max(line.text.length, 1);
  const wanted = (row.letter * LARGER) / pitch;
  const { least, most } = INK_HEIGHT;
  const scale = Math.min(most / line.thickness, Math.max(least / line.thickness, wanted));
  const start = x - line.length / 2;
  const mark = word && underline(word.box, [x, y], line.angle);
  const window = row.width / scale;
  const beyond = mark ? (mark.to - start - window * IN_SIGHT) / (window / 2) : 0;
  const furthest = Math.max(0, Math.ceil((line.length - window) / (window / 2)));
  const steps = Math.min(Math.max(0, Math.ceil(beyond)), furthest);
  return {
    left: start + (steps * window) / 2 - 2 / scale,
    top: y - CROP_HEIGHT / scale / 2,
    height: CROP_HEIGHT / scale,
    turn: { degrees: -line.angle, x, y },
    word: mark && { ...mark, y: y + line.thickness / 2 + 3 / scale },
  };
}

/** The word's stretch along its line, once the line lies level. */
function underline(
  box: [number, number, number, number],
  [x, y]: [number, number],
  degrees: number,
) {
  const [along] = turnedAbout(centre(box), [x, y], -degrees);
  const length = Math.abs(Math.sin((degrees * Math.PI) / 180)) > 0.5 ? box[3] : box[2];
  return { from: along - length / 2, to: along + length / 2 };
}

const SVG = "http://www.w3.org/2000/svg";

function draw(parent: Element, name: string, attributes: Record<string, string | number>): Element {
  const element = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, String(value));
  parent.append(element);
  return element;
}

/** The block above the current line; without a place it says so and keeps its height. */
export class CropWidget extends WidgetType {
  private readonly id: string;

  constructor(
    private readonly crop: Crop | null,
    private readonly paper: Paper,
    private readonly line: number,
  ) {
    super();
    this.id = JSON.stringify([crop, line]);
  }

  override eq(other: CropWidget): boolean {
    return this.id === other.id;
  }

  override get estimatedHeight(): number {
    return BLOCK_HEIGHT;
  }

  override toDOM(): HTMLElement {
    const block = document.createElement("div");
    block.className = "crop-block";
    if (this.crop) this.picture(block, this.crop);
    else {
      block.classList.add("crop-none");
      block.textContent = say("crop.none");
    }
    return block;
  }

  private picture(block: HTMLElement, crop: Crop): void {
    const { width, height, url } = this.paper;
    // A viewBox one unit wide makes the height alone decide the scale; the rest shows beyond it.
    const svg = draw(block, "svg", {
      class: "crop",
      viewBox: `${crop.left} ${crop.top} 1 ${crop.height}`,
      preserveAspectRatio: "xMinYMid meet",
      role: "img",
      "aria-label": say("crop.label", { line: this.line }),
    });
    const { degrees, x, y } = crop.turn;
    draw(svg, "image", { href: url, width, height, transform: `rotate(${degrees} ${x} ${y})` });
    const [left, wide] = [crop.left - width, 3 * width];
    draw(svg, "rect", {
      class: "paper-dim",
      x: left,
      y: crop.top,
      width: wide,
      height: crop.height,
    });
    if (crop.word) {
      draw(svg, "path", {
        class: "crop-place",
        d: `M${crop.word.from} ${crop.word.y}H${crop.word.to}`,
      });
    }
  }

  override ignoreEvent(): boolean {
    return true;
  }
}
