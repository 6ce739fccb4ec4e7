// The page is held for this person while they work: shown, renewed, handed back.
import { Refused } from "./api/client";
import type { Pages } from "./api/pages";
import type { Lease } from "./api/types";
import { say } from "./messages";

/** Milliseconds. */
const RENEW_EVERY = 60_000;
const ENDING = 120_000;
/** Without a key or a movement for this long nobody is at work, and the lease may lapse. */
const AWAY_AFTER = 5 * 60_000;

export class LeaseKeeper {
  private renewed = Date.now();
  private readonly timer: ReturnType<typeof setInterval>;

  constructor(
    private readonly place: HTMLElement,
    private readonly pages: Pages,
    private lease: Lease,
    private readonly lastActive: () => number,
  ) {
    this.show();
    this.timer = setInterval(() => {
      this.show();
      const now = Date.now();
      const working = now - this.lastActive() < AWAY_AFTER;
      if (working && now - this.renewed >= RENEW_EVERY) void this.renew();
    }, 1000);
  }

  async release(): Promise<void> {
    clearInterval(this.timer);
    await this.pages.release(this.lease.id).catch(() => undefined);
  }

  private async renew(): Promise<void> {
    this.renewed = Date.now();
    try {
      this.lease = await this.pages.renew(this.lease.id);
      this.show();
    } catch (error) {
      if (error instanceof Refused && (error.status === 409 || error.status === 404))
        this.lost(error);
    }
  }

  private show(): void {
    const left = Math.max(0, Date.parse(this.lease.expires_at) - Date.now());
    const [minutes, seconds] = [Math.floor(left / 60_000), Math.floor((left % 60_000) / 1000)];
    const time = this.place.querySelector("time")!;
    time.textContent = `${minutes}:${String(seconds).padStart(2, "0")}`;
    this.place.classList.toggle("lease-ending", left < ENDING);
    this.place.hidden = false;
  }

  /** The text is safe: a lease only steers people apart. */
  private lost(error: Refused): void {
    clearInterval(this.timer);
    this.place.className = "chip chip-fault";
    this.place.textContent = `${say("lease.lost")}: ${error.message}`;
  }
}
