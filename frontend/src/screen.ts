// Image, text and fields of one page on the screen, and how they move each other.
import type { Content, Page, Span, Words } from "./api/types";
import { asBlank, isBlank } from "./content";
import { toast } from "./dialogs";
import type { Desk } from "./drafting";
import { comparison, showRows, showTally } from "./diff/drawer";
import { Zones } from "./editor/zones";
import { Fields } from "./fields/fields";
import { Aligner } from "./lines/align";
import { type InkLine, inkLines, wordAt } from "./lines/ink";
import { say } from "./messages";
import { type Mode, type Shell, one, reveal } from "./shell";
import { addGestures } from "./viewer/gestures";
import { Toolbar } from "./viewer/toolbar";
import { Viewer } from "./viewer/viewer";

/** Milliseconds of rest after which the differences are counted again. */
const COMPARE_AFTER = 250;

export class Screen implements Desk {
  readonly zones: Zones;
  readonly fields: Fields;
  readonly viewer: Viewer;
  readonly toolbar = new Toolbar(one(".viewer-bar"));
  private kept: Content["fields"];
  private comparing: ReturnType<typeof setTimeout> | undefined;
  private writing = false;
  private held = false;

  constructor(
    shell: Shell,
    private readonly page: Page,
    opened: { content: Content; spans: Span[] },
    private readonly mode: Mode,
    private readonly changes: () => void,
  ) {
    const { width, height, image_url } = page;
    const paper = { width, height, url: image_url };
    this.kept = opened.content.fields;
    this.viewer = this.newViewer(paper);
    const readOnly = mode !== "correct";
    this.zones = new Zones(one(".zones"), {
      ...opened,
      readOnly,
      nonce: shell.nonce,
      paper,
      changed: () => {
        this.changed();
      },
      moved: (place) => {
        this.viewer.showLine(place?.line ?? null);
      },
    });
    this.fields = new Fields(one(".fields"), shell.fields, opened.content.fields, {
      changed: () => {
        this.changed();
      },
      left: () => {
        this.zones.edit("text");
      },
    });
    this.fields.readOnly = readOnly;
    if (mode === "approve") this.toggleDiff(true);
    this.compare();
  }

  read(): Content {
    return { ...this.zones.texts, fields: this.fields.values(this.kept) };
  }

  get spans(): Span[] {
    return this.zones.spans;
  }

  write(content: Content): void {
    this.writing = true;
    this.kept = content.fields;
    this.zones.texts = content;
    this.fields.show(content.fields);
    this.writing = false;
    this.changed();
  }

  tell(text: string): void {
    toast(text);
  }

  hold(held: boolean): void {
    this.held = held;
    this.zones.readOnly = this.fields.readOnly = held;
  }

  showInk(words: Words | null): void {
    const lines = inkLines(words);
    this.viewer.showLines(lines);
    this.zones.useInk(new Aligner(lines));
  }

  /** Says that the page holds no text at all; one press takes it back. */
  markBlank(): void {
    const before = this.read();
    if (this.mode !== "correct" || this.held || isBlank(before)) return;
    this.write(asBlank(before));
    const run = () => {
      this.write(before);
    };
    toast(say("blank.marked"), { label: say("undo.short"), run });
  }

  toggleDiff(open?: boolean): void {
    const drawer = one("#diff");
    drawer.hidden = open === undefined ? !drawer.hidden : !open;
    const button = one('[data-deed="diff"]');
    button.setAttribute("aria-expanded", String(!drawer.hidden));
    this.compare();
  }

  private newViewer(paper: { width: number; height: number; url: string }): Viewer {
    const table = one(".table-light");
    const viewer = new Viewer(table, one(".paper"), paper, {
      line: (line, at) => {
        this.pick(line, at);
      },
      view: (view, fit) => {
        this.toolbar.show(view, fit);
      },
    });
    addGestures(table, viewer);
    this.toolbar.connect(viewer);
    return viewer;
  }

  /** A click on ink puts the caret there, or says that no text stands for it. */
  private pick(line: InkLine, at: [number, number]): void {
    if (this.zones.goTo(line, wordAt(line, at))) return;
    this.viewer.showLine(line);
    toast(say("line.unread"));
  }

  private changed(): void {
    if (this.writing) return;
    this.changes();
    clearTimeout(this.comparing);
    this.comparing = setTimeout(() => {
      this.compare();
    }, COMPARE_AFTER);
  }

  private compare(): void {
    const now = this.read();
    const read = this.page.prediction?.content ?? null;
    const found = comparison(read, now);
    showTally(one(".tally"), found);
    reveal("blank", isBlank(now));
    const drawer = one("#diff");
    if (read && found && !drawer.hidden) showRows(drawer, read, now, found);
  }
}
