// Hand movements over the light table: drag pans, the wheel pans, Ctrl and the wheel zooms.
import type { Viewer } from "./viewer";

/** Screen pixels a press may move and still be a click. */
const CLICK_SLACK = 4;

export function addGestures(table: HTMLElement, viewer: Viewer): void {
  table.addEventListener(
    "wheel",
    (event) => {
      event.preventDefault();
      if (event.ctrlKey || event.metaKey) {
        const { left, top } = table.getBoundingClientRect();
        viewer.zoom(event.deltaY < 0 ? 1 : -1, [event.clientX - left, event.clientY - top]);
      } else if (event.shiftKey) viewer.pan(-event.deltaY, 0);
      else viewer.pan(-event.deltaX, -event.deltaY);
    },
    { passive: false },
  );
  table.addEventListener("keydown", (event) => {
    if (!event.ctrlKey && !event.metaKey && viewer.panByKey(event.key)) event.preventDefault();
  });
  addDrag(table, viewer);
}

function addDrag(table: HTMLElement, viewer: Viewer): void {
  let last: [number, number] | null = null;
  let moved = 0;
  table.addEventListener("pointerdown", (event) => {
    if (event.button !== 0) return;
    last = [event.clientX, event.clientY];
    moved = 0;
  });
  table.addEventListener("pointermove", (event) => {
    if (!last) return;
    const [dx, dy] = [event.clientX - last[0], event.clientY - last[1]];
    moved += Math.abs(dx) + Math.abs(dy);
    if (moved <= CLICK_SLACK) return;
    table.setPointerCapture(event.pointerId);
    table.toggleAttribute("data-dragging", true);
    viewer.pan(dx, dy);
    last = [event.clientX, event.clientY];
  });
  const end = () => {
    last = null;
    table.removeAttribute("data-dragging");
  };
  table.addEventListener("pointerup", end);
  table.addEventListener("pointercancel", end);
  // A drag that ends over a line is not a click on it.
  table.addEventListener(
    "click",
    (event) => {
      if (moved > CLICK_SLACK) event.stopPropagation();
    },
    { capture: true },
  );
}
