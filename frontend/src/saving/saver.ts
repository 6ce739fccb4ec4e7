// Saving as one machine: every change goes to this browser at once and to the server soon. It
// says "saved" only for what the server has acknowledged.
import { LoggedOut, Refused, Stale, Unreachable } from "../api/client";
import type { Draft } from "../api/types";

export type Status =
  | { kind: "saved"; at: Date | null }
  | { kind: "saving" }
  /** The server is out of reach; `at` is when this browser kept the text, null if it could not. */
  | { kind: "local"; at: Date | null }
  | { kind: "not"; why: "logged_out" | "refused" | "conflict"; detail: string };

export interface Ports {
  keep(draft: Draft, etag: string | null, dirty: boolean): Promise<void>;
  /** Saves on the server; answers the draft's new ETag. */
  send(draft: Draft, etag: string | null, keepalive: boolean): Promise<string>;
  show(status: Status): void;
  /** Somebody (or another tab) saved another text: ask the person. */
  conflict(): void;
}

/** Milliseconds from the first unsaved key; promised: ≤0.5 s here, ≤3 s on the server. */
const KEEP_AFTER = 300;
const SEND_AFTER = 1_800;
/** Waits between attempts while the server is out of reach or the session over. */
const RETRY_FIRST = 2_000;
const RETRY_MOST = 30_000;

export class Saver {
  private draft: Draft | null = null;
  private kept = true;
  private sent = true;
  private keepTimer: ReturnType<typeof setTimeout> | undefined;
  private sendTimer: ReturnType<typeof setTimeout> | undefined;
  private flight: Promise<void> | null = null;
  private wait = RETRY_FIRST;
  private keptAt: Date | null = null;
  private keeping = Promise.resolve();
  private stopped = false;

  constructor(
    private readonly ports: Ports,
    private etag: string | null,
  ) {}

  /** True while something typed has not been acknowledged by the server. */
  get dirty(): boolean {
    return !this.sent;
  }

  /** True while a conflict waits for a choice, and once the page was submitted. */
  get waits(): boolean {
    return this.stopped;
  }

  change(draft: Draft): void {
    this.draft = draft;
    this.kept = this.sent = false;
    this.keepTimer ??= setTimeout(() => void this.keep(), KEEP_AFTER);
    if (!this.stopped) this.sendSoon();
  }

  /** Saves now; true when the server has everything. Also the retry button. */
  async flush(keepalive = false): Promise<boolean> {
    clearTimeout(this.sendTimer);
    this.sendTimer = undefined;
    while (this.flight) await this.flight;
    if (this.sent || !this.draft) return true;
    if (this.stopped) return false;
    this.flight = this.send(this.draft, keepalive).finally(() => (this.flight = null));
    await this.flight;
    return this.sent;
  }

  /** Saves now; true when the server has everything or this browser at least kept it. */
  async secure(): Promise<boolean> {
    if (await this.flush()) return true;
    await this.keep();
    return this.kept;
  }

  /**
   * Goes on: after a choice from the server's present draft, else from the one last seen here, so
   * that another tab's text still answers 412.
   */
  resume(etag = this.etag): void {
    this.etag = etag;
    this.stopped = false;
    if (!this.sent) this.sendSoon();
  }

  /** Nothing more is sent: a submit is under way, or a conflict waits for a choice. */
  async stop(): Promise<void> {
    this.stopped = true;
    clearTimeout(this.sendTimer);
    this.sendTimer = undefined;
    await this.flight;
    await this.keep();
  }

  /** The server has the text for good. */
  finish(): void {
    this.kept = this.sent = true;
  }

  keep(): Promise<void> {
    clearTimeout(this.keepTimer);
    this.keepTimer = undefined;
    if (!this.kept && this.draft) this.keeping = this.putAway(this.draft);
    return this.keeping;
  }

  private async putAway(draft: Draft): Promise<void> {
    this.kept = true;
    try {
      await this.ports.keep(draft, this.etag, true);
      this.keptAt = new Date();
    } catch {
      this.kept = false;
      this.keptAt = null; // storage is full or forbidden: the server remains
    }
  }

  private async send(draft: Draft, keepalive: boolean): Promise<void> {
    this.ports.show({ kind: "saving" });
    try {
      this.etag = await this.ports.send(draft, this.etag, keepalive);
      this.wait = RETRY_FIRST;
      await this.acknowledged(draft);
    } catch (error) {
      await this.keep();
      this.failed(error);
    }
  }

  private async acknowledged(draft: Draft): Promise<void> {
    this.sent = this.draft === draft;
    if (!this.sent) {
      this.sendSoon();
      return;
    }
    this.ports.show({ kind: "saved", at: new Date() });
    this.kept = true;
    await this.ports.keep(draft, this.etag, false).catch(() => undefined);
  }

  private failed(error: unknown): void {
    if (error instanceof Stale) {
      void this.stop();
      this.ports.show({ kind: "not", why: "conflict", detail: "" });
      this.ports.conflict();
      return;
    }
    if (error instanceof Unreachable) this.ports.show({ kind: "local", at: this.keptAt });
    else {
      const why = error instanceof LoggedOut ? "logged_out" : "refused";
      this.ports.show({ kind: "not", why, detail: error instanceof Error ? error.message : "" });
    }
    const hopeless =
      error instanceof Refused && error.status < 500 && !(error instanceof LoggedOut);
    if (!hopeless && !this.stopped) this.retryLater();
  }

  private sendSoon(): void {
    this.sendTimer ??= setTimeout(() => void this.flush(), SEND_AFTER);
  }

  private retryLater(): void {
    this.sendTimer ??= setTimeout(() => void this.flush(), this.wait);
    this.wait = Math.min(this.wait * 2, RETRY_MOST);
  }
}
