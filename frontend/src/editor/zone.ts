// One zone of the page as a CodeMirror editor. Knows nothing of saving or of the other zones.
import { history, historyKeymap, insertNewline, standardKeymap } from "@codemirror/commands";
import { Compartment, EditorSelection, EditorState } from "@codemirror/state";
import {
  EditorView,
  highlightActiveLine,
  highlightActiveLineGutter,
  highlightSpecialChars,
  keymap,
  lineNumbers,
  placeholder,
} from "@codemirror/view";
import type { Span, Zone } from "../api/types";
import { cleanText } from "../content";
import type { AnchorBook } from "../lines/book";
import type { Place } from "../lines/place";
import { say } from "../messages";
import type { Paper } from "../viewer/viewer";
import type { Row } from "./crop";
import { currentLine, relocate } from "./current";
import { moved, toPoints, toUnits } from "./spans";

export interface ZoneOptions {
  zone: Zone;
  text: string;
  spans: Span[];
  label: string;
  readOnly: boolean;
  nonce: string;
  paper: Paper;
  book: AnchorBook;
  changed: () => void;
  moved: (place: Place | null) => void;
}

/** Milliseconds of rest after which changed lines are placed again. */
const SETTLE_AFTER = 400;

export class ZoneEditor {
  readonly view: EditorView;
  private readonly row: Row = { width: 500, height: 22, letter: 8.4, pane: 0 };
  private readonly editable = new Compartment();
  private marks: Span[];
  private settling: ReturnType<typeof setTimeout> | undefined;

  constructor(
    host: HTMLElement,
    private readonly options: ZoneOptions,
  ) {
    options.book.read(options.text.split("\n"));
    this.marks = toUnits(options.spans, options.text);
    this.view = new EditorView({ parent: host, doc: options.text, extensions: this.extensions() });
    new ResizeObserver(() => {
      this.measure();
    }).observe(host);
  }

  get text(): string {
    return cleanText(this.view.state.doc.toString());
  }

  /** Puts another text in its place, as one step that can be undone. */
  set text(text: string) {
    const old = this.view.state.doc.toString();
    if (old === text) return;
    let [from, end] = [0, 0];
    const shorter = Math.min(old.length, text.length);
    while (from < shorter && old[from] === text[from]) from++;
    while (end < shorter - from && old.at(-1 - end) === text.at(-1 - end)) end++;
    // Only what differs is replaced, so that the caret and the marks stay with their words.
    const insert = text.slice(from, text.length - end);
    this.view.dispatch({ changes: { from, to: old.length - end, insert } });
  }

  get spans(): Span[] {
    return toPoints(this.marks, this.view.state.doc.toString());
  }

  set readOnly(readOnly: boolean) {
    this.view.dispatch({ effects: this.editable.reconfigure(EditorState.readOnly.of(readOnly)) });
  }

  /** Puts the caret on a line (from 0) and column, where the eye rests. */
  go(line: number, column: number): void {
    const { doc } = this.view.state;
    const target = doc.line(Math.min(line + 1, doc.lines));
    const anchor = Math.min(target.from + column, target.to);
    this.view.dispatch({ selection: { anchor } });
    this.view.focus();
  }

  place(): Place | null {
    const { doc, selection } = this.view.state;
    const line = doc.lineAt(selection.main.head);
    return this.options.book.placeAt(line.number - 1, selection.main.head - line.from);
  }

  /** The words of the page have come, or the lines were placed anew. */
  relocate(): void {
    this.view.dispatch({ effects: relocate.of(null) });
    this.options.moved(this.place());
  }

  private measure(): void {
    const { scrollDOM, contentDOM, defaultCharacterWidth, defaultLineHeight } = this.view;
    if (!scrollDOM.clientHeight) return;
    const width = contentDOM.clientWidth;
    const changed = width !== this.row.width || scrollDOM.clientHeight !== this.row.pane;
    Object.assign(this.row, {
      width,
      height: defaultLineHeight,
      letter: defaultCharacterWidth,
      pane: scrollDOM.clientHeight,
    });
    if (changed) this.view.dispatch({ effects: relocate.of(null) });
  }

  private changed(): void {
    clearTimeout(this.settling);
    this.settling = setTimeout(() => {
      if (this.options.book.settle()) this.relocate();
    }, SETTLE_AFTER);
    this.options.changed();
  }

  private extensions() {
    const { options } = this;
    return [
      EditorView.cspNonce.of(options.nonce),
      this.editable.of(EditorState.readOnly.of(options.readOnly)),
      lineNumbers(),
      history(),
      highlightSpecialChars(),
      highlightActiveLine(),
      highlightActiveLineGutter(),
      EditorView.lineWrapping,
      EditorView.contentAttributes.of({
        "aria-label": options.label,
        tabindex: "0",
        spellcheck: "false",
        autocorrect: "off",
        autocapitalize: "off",
        translate: "no",
      }),
      options.readOnly ? [] : placeholder(say("zone.placeholder")),
      currentLine(options.book, options.paper, this.row, options.moved),
      EditorView.domEventHandlers({
        blur: (_event, view) => {
          forgetSide(view);
        },
      }),
      // Tab is left to the browser: nobody is caught inside an editor.
      keymap.of([{ key: "Enter", run: insertNewline }, ...historyKeymap, ...standardKeymap]),
      EditorView.updateListener.of((update) => {
        if (!update.docChanged) return;
        this.marks = moved(this.marks, update.changes);
        this.changed();
      }),
    ];
  }
}

/**
 * At a row's end the caret remembers which row it is on, and CodeMirror restores that after a blur
 * by setting the selection, which takes the focus back: keys meant for navigating became text.
 */
function forgetSide(view: EditorView): void {
  const { main } = view.state.selection;
  if (main.empty && main.assoc) view.dispatch({ selection: EditorSelection.cursor(main.head) });
}
