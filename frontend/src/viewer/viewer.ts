// The page on its light table: an <img> under an SVG of its lines, moved by CSS alone.
import type { InkLine } from "../lines/ink";
import * as views from "./view";

const SVG = "http://www.w3.org/2000/svg";
const ZOOM_STEP = 1.2;
/** Share of the table that an arrow key moves the paper. */
const ARROW_STEP = 0.15;

export interface Paper extends views.Size {
  url: string;
}

/** Where zoom and turn are kept between the pages of a document. */
const MEMORY = "ocrlab.view";

export class Viewer {
  private view: views.View = { scale: 1, x: 0, y: 0, turns: 0 };
  private fit: views.Fit | null = "width";
  private lines: InkLine[] = [];
  private now: InkLine | null = null;
  private readonly image: HTMLImageElement;
  private readonly overlay: SVGSVGElement;

  constructor(
    private readonly table: HTMLElement,
    private readonly paper: HTMLElement,
    private readonly size: Paper,
    private readonly on: {
      line(line: InkLine, at: [number, number]): void;
      view(v: views.View, fit: views.Fit | null): void;
    },
  ) {
    this.image = paper.querySelector("img")!;
    this.overlay = paper.querySelector("svg")!;
    this.overlay.setAttribute("viewBox", `0 0 ${size.width} ${size.height}`);
    const dim = this.overlay.querySelector(".paper-dim");
    dim?.setAttribute("width", String(size.width));
    dim?.setAttribute("height", String(size.height));
    if (this.image.getAttribute("src") !== size.url) this.image.src = size.url;
    this.recall();
    new ResizeObserver(() => {
      this.refit();
    }).observe(table);
    this.refit();
  }

  showLines(lines: InkLine[]): void {
    this.lines = lines;
    const polygons = lines.map((line) => {
      const polygon = document.createElementNS(SVG, "polygon");
      polygon.setAttribute("class", "line");
      polygon.setAttribute(
        "points",
        line.corners.map((c) => c.map(Math.round).join(",")).join(" "),
      );
      polygon.addEventListener("click", (event) => {
        this.on.line(line, this.imagePoint(event));
      });
      return polygon;
    });
    this.overlay.querySelectorAll("polygon").forEach((old) => {
      old.remove();
    });
    this.overlay.append(...polygons);
  }

  /** Marks the line and brings it into sight; null: no line is the current one. */
  showLine(line: InkLine | null): void {
    if (line === this.now) return;
    this.now = line;
    this.overlay.querySelector(".line-now")?.classList.remove("line-now");
    if (!line) return;
    const polygon = this.overlay.querySelectorAll("polygon")[this.lines.indexOf(line)];
    polygon?.classList.add("line-now");
    if (this.fit === "selection") this.refit();
    else this.move(views.revealed(this.view, line.corners, this.size, this.room), true);
  }

  setFit(fit: views.Fit): void {
    this.fit = fit;
    this.refit();
  }

  zoom(direction: 1 | -1, at?: [number, number]): void {
    const { width, height } = this.room;
    const factor = direction > 0 ? ZOOM_STEP : 1 / ZOOM_STEP;
    this.fit = null;
    this.move(views.zoomed(this.view, factor, at ?? [width / 2, height / 2], this.size, this.room));
  }

  pan(dx: number, dy: number): void {
    this.move(views.panned(this.view, [dx, dy], this.size, this.room));
  }

  panByKey(key: string): boolean {
    const { width, height } = this.room;
    const steps: Record<string, [number, number]> = {
      ArrowLeft: [width * ARROW_STEP, 0],
      ArrowRight: [-width * ARROW_STEP, 0],
      ArrowUp: [0, height * ARROW_STEP],
      ArrowDown: [0, -height * ARROW_STEP],
    };
    const step = steps[key];
    if (step) this.pan(...step);
    return step !== undefined;
  }

  turn(): void {
    this.view = { ...this.view, turns: (this.view.turns + 1) % 4 };
    this.fit ??= "width";
    this.refit();
  }

  /** Switches a purely visual filter of the image; returns whether it is on now. */
  toggle(filter: "contrast" | "invert"): boolean {
    return this.paper.toggleAttribute(`data-${filter}`);
  }

  private get room(): views.Size {
    return { width: this.table.clientWidth, height: this.table.clientHeight };
  }

  private refit(): void {
    if (!this.room.width) return;
    const { turns } = this.view;
    if (this.fit === "selection" && this.now) {
      this.move(views.fittedTo(this.now.corners, this.size, this.room, turns));
    } else if (this.fit) {
      const fit = this.fit === "page" ? "page" : "width";
      const view = views.fitted(fit, this.size, this.room, turns);
      const same = view.scale === this.view.scale;
      this.move(
        same ? views.panned({ ...view, y: this.view.y }, [0, 0], this.size, this.room) : view,
      );
      if (this.now) this.move(views.revealed(this.view, this.now.corners, this.size, this.room));
    } else this.pan(0, 0);
  }

  /** `glide`: smoothly, where the eye should follow; a hand's own movement is never delayed. */
  private move(view: views.View, glide = false): void {
    this.view = view;
    this.paper.toggleAttribute("data-glide", glide);
    const { scale, x, y, turns } = view;
    const box = views.turned(this.size, turns);
    // The turned corner that was the origin is brought back to the top left.
    const back = [
      [0, 0],
      [box.width, 0],
      [box.width, box.height],
      [0, box.height],
    ][turns]!;
    const [left, top] = [x + back[0]! * scale, y + back[1]! * scale];
    const style = this.paper.style;
    style.setProperty("width", `${this.size.width * scale}px`);
    style.setProperty("height", `${this.size.height * scale}px`);
    style.setProperty("transform", `translate(${left}px, ${top}px) rotate(${turns * 90}deg)`);
    this.remember();
    this.on.view(view, this.fit);
  }

  /** The image's pixel under the pointer, whatever the view's zoom and turn. */
  private imagePoint(event: MouseEvent): [number, number] {
    const point = new DOMPoint(event.clientX, event.clientY);
    const { x, y } = point.matrixTransform(this.overlay.getScreenCTM()?.inverse());
    return [x, y];
  }

  private remember(): void {
    const { scale, turns } = this.view;
    sessionStorage.setItem(MEMORY, JSON.stringify({ scale, turns, fit: this.fit }));
  }

  private recall(): void {
    const memory = sessionStorage.getItem(MEMORY);
    if (!memory) return;
    const { scale, turns, fit } = JSON.parse(memory) as views.View & { fit: views.Fit | null };
    this.view = { ...this.view, scale, turns };
    this.fit = fit;
  }
}
