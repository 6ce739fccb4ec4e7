// The four zones as one column: the open one takes the room, the others show their first words.
import { type Content, type Span, ZONES, type Zone } from "../api/types";
import type { Aligner } from "../lines/align";
import { AnchorBook } from "../lines/book";
import type { InkLine, InkWord } from "../lines/ink";
import type { Place } from "../lines/place";
import { say } from "../messages";
import type { Paper } from "../viewer/viewer";
import { ZoneEditor } from "./zone";

export interface ZonesOptions {
  content: Content;
  spans: Span[];
  readOnly: boolean;
  nonce: string;
  paper: Paper;
  changed: () => void;
  moved: (place: Place | null) => void;
}

export class Zones {
  private readonly editors = new Map<Zone, ZoneEditor>();
  private readonly books = new Map<Zone, AnchorBook>();
  /** Zones that the page does not have: null in the content, unlike an empty one. */
  private readonly missing = new Set<Zone>();
  private current: Zone = "text";

  constructor(
    private readonly root: HTMLElement,
    private readonly options: ZonesOptions,
  ) {
    for (const zone of ZONES) this.add(zone, options.content[zone]);
    const first = ZONES.find((zone) => options.content[zone]);
    this.open(options.content.text || !first ? "text" : first);
  }

  /** The zones' texts as they stand now. */
  get texts(): Record<Zone, string | null> {
    const text = (zone: Zone) => {
      const typed = this.editors.get(zone)!.text;
      return typed === "" && this.missing.has(zone) ? null : typed;
    };
    return {
      header: text("header"),
      margin: text("margin"),
      footer: text("footer"),
      text: text("text"),
    };
  }

  set texts(texts: Record<Zone, string | null>) {
    for (const zone of ZONES) {
      this.editors.get(zone)!.text = texts[zone] ?? "";
      // After the text, whose change says that the zone is there.
      this.missing[texts[zone] === null ? "add" : "delete"](zone);
      this.describe(zone);
    }
  }

  get spans(): Span[] {
    return ZONES.flatMap((zone) => this.editors.get(zone)!.spans);
  }

  set readOnly(readOnly: boolean) {
    for (const editor of this.editors.values()) editor.readOnly = readOnly;
  }

  get openZone(): Zone {
    return this.current;
  }

  open(zone: Zone): void {
    this.current = zone;
    for (const name of ZONES) {
      const section = this.section(name);
      section.toggleAttribute("data-open", name === zone);
      section.querySelector(".zone-fold")!.setAttribute("aria-expanded", String(name === zone));
      this.describe(name);
    }
    this.options.moved(this.editors.get(zone)!.place());
  }

  /** Opens a zone, the present one without a name, and puts the caret where it last stood. */
  edit(zone: Zone = this.current): void {
    if (zone !== this.current) this.open(zone);
    this.editors.get(zone)!.view.focus();
  }

  has(element: Element | null): boolean {
    return element?.closest(".cm-content") != null && this.root.contains(element);
  }

  useInk(aligner: Aligner): void {
    for (const book of this.books.values()) book.useInk(aligner);
    for (const zone of ZONES) {
      if (zone === this.current) this.editors.get(zone)!.relocate();
    }
  }

  /** Puts the caret on the word of ink; false where no line of text stands for it. */
  goTo(ink: InkLine, word: InkWord | null): boolean {
    const found = ZONES.flatMap((zone) => {
      const hit = this.books.get(zone)!.find(ink, word);
      return hit ? [{ zone, ...hit }] : [];
    }).sort((a, b) => b.score - a.score)[0];
    if (!found) return false;
    if (found.zone !== this.current) this.open(found.zone);
    this.editors.get(found.zone)!.go(found.line, found.column);
    return true;
  }

  /** Says that the page has no such zone, or takes that back; only for an empty one. */
  toggleMissing(zone: Zone): void {
    const editor = this.editors.get(zone)!;
    if (this.missing.has(zone)) this.missing.delete(zone);
    else if (editor.text === "") this.missing.add(zone);
    this.describe(zone);
    this.options.changed();
  }

  private section(zone: Zone): HTMLElement {
    return this.root.querySelector(`[data-zone="${zone}"]`)!;
  }

  private add(zone: Zone, text: string | null): void {
    const section = this.section(zone);
    if (text === null) this.missing.add(zone);
    const book = new AnchorBook(zone);
    const { readOnly, nonce, paper, moved } = this.options;
    const spans = this.options.spans.filter((span) => span.zone === zone);
    this.books.set(zone, book);
    this.editors.set(
      zone,
      new ZoneEditor(section.querySelector(".lines")!, {
        zone,
        text: text ?? "",
        spans,
        label: section.getAttribute("aria-label") ?? zone,
        readOnly,
        nonce,
        paper,
        book,
        changed: () => {
          this.missing.delete(zone);
          this.describe(zone);
          this.options.changed();
        },
        moved: (place) => {
          if (zone === this.current) moved(place);
        },
      }),
    );
    section.querySelector(".zone-fold")!.addEventListener("click", () => {
      this.edit(zone);
    });
    section.querySelector("[data-missing]")?.addEventListener("click", () => {
      this.toggleMissing(zone);
    });
  }

  /** The first words of a closed zone, and whether the page has it at all. */
  private describe(zone: Zone): void {
    const section = this.section(zone);
    const missing = this.missing.has(zone);
    section.toggleAttribute("data-missing-zone", missing);
    section.querySelector("[data-missing]")?.setAttribute("aria-pressed", String(missing));
    const editor = this.editors.get(zone);
    const empty = !editor?.view.state.doc.length;
    section.querySelector("[data-missing]")?.toggleAttribute("hidden", !empty);
    if (zone === this.current) return;
    const text = editor?.text ?? "";
    const peek = section.querySelector(".zone-peek")!;
    peek.textContent = text || say(missing ? "zone.missing" : "zone.empty");
    peek.toggleAttribute("data-none", !text);
  }
}
