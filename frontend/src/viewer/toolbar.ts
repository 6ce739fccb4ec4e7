// The buttons above the image. They are drawn by the server; here they get their deeds.
import type { Fit, View } from "./view";
import type { Viewer } from "./viewer";

export class Toolbar {
  private viewer: Viewer | null = null;

  constructor(private readonly bar: HTMLElement) {}

  connect(viewer: Viewer): void {
    this.viewer = viewer;
    this.bar.addEventListener("click", (event) => {
      const button = (event.target as Element).closest<HTMLElement>("button[data-view]");
      if (button) this.act(viewer, button);
    });
  }

  private act(viewer: Viewer, button: HTMLElement): void {
    const deed = button.dataset["view"]!;
    if (deed === "in") viewer.zoom(1);
    else if (deed === "out") viewer.zoom(-1);
    else if (deed === "turn") viewer.turn();
    else if (deed === "contrast" || deed === "invert") {
      button.setAttribute("aria-pressed", String(viewer.toggle(deed)));
    } else viewer.setFit(deed as Fit);
  }

  show(view: View, fit: Fit | null): void {
    const zoom = this.bar.querySelector("output")!;
    zoom.value = `${Math.round(view.scale * 100)}\u00a0%`;
    for (const name of ["width", "page", "selection"]) {
      const button = this.bar.querySelector(`[data-view="${name}"]`);
      button?.setAttribute("aria-pressed", String(fit === name));
    }
  }

  /** The same filters by key, with the button telling the state. */
  press(deed: string): void {
    const button = this.bar.querySelector<HTMLElement>(`[data-view="${deed}"]`);
    if (button && this.viewer) this.act(this.viewer, button);
  }
}
