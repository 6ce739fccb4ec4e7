// Seconds of work on this page: time in which hands moved, pauses left out.

/** Milliseconds without a movement after which a person counts as away. */
const PAUSE = 30_000;

export class Effort {
  private worked = 0;
  lastActive = Date.now();

  constructor() {
    for (const name of ["keydown", "pointermove", "pointerdown", "wheel"]) {
      const touch = () => {
        this.touch();
      };
      addEventListener(name, touch, { passive: true, capture: true });
    }
  }

  get seconds(): number {
    return Math.round(this.worked / 100) / 10;
  }

  private touch(): void {
    const now = Date.now();
    this.worked += Math.min(now - this.lastActive, PAUSE);
    this.lastActive = now;
  }
}
