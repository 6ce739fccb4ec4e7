// The current line: its crop above it, and the text moving under it so that the eye rests.
import {
  EditorState,
  type Extension,
  StateEffect,
  StateField,
  type Text,
  type Transaction,
} from "@codemirror/state";
import { Decoration, type DecorationSet, EditorView } from "@codemirror/view";
import { BLOCK_HEIGHT, CropWidget, cropOf, type Row } from "./crop";
import type { AnchorBook } from "../lines/book";
import type { Place } from "../lines/place";
import type { Paper } from "../viewer/viewer";

/** The places may have changed, or a press of the mouse has ended: look at the caret's line anew. */
export const relocate = StateEffect.define();

/** Share of the pane's height at which the current line rests. */
const REST = 0.3;

interface Current {
  line: number;
  place: Place | null;
  crop: DecorationSet;
}

export function currentLine(
  book: AnchorBook,
  paper: Paper,
  row: Row,
  moved: (place: Place | null) => void,
): Extension {
  const look = (doc: Text, head: number): Current => {
    const line = doc.lineAt(head);
    const place = book.placeAt(line.number - 1, head - line.from);
    const widget = new CropWidget(place && cropOf(place, row), paper, line.number);
    const above = Decoration.widget({ widget, block: true, side: -1 }).range(line.from);
    return { line: line.number, place, crop: Decoration.set(above) };
  };
  const field = StateField.define<Current>({
    create: (state) => look(state.doc, state.selection.main.head),
    update(value, transaction) {
      if (transaction.docChanged) book.read(transaction.newDoc.toJSON());
      if (needsLook(transaction)) {
        return look(transaction.newDoc, transaction.newSelection.main.head);
      }
      return { ...value, crop: value.crop.map(transaction.changes) };
    },
    provide: (f) => EditorView.decorations.from(f, (value) => value.crop),
  });
  return [
    field,
    EditorState.transactionExtender.of((transaction) => {
      const before = transaction.startState.field(field, false)?.line;
      const line = transaction.newDoc.lineAt(transaction.newSelection.main.head);
      if (!needsLook(transaction) || line.number === before) return null;
      return { effects: rest(line.from, row) };
    }),
    EditorView.updateListener.of((update) => {
      const [before, now] = [update.startState.field(field), update.state.field(field)];
      if (before.place?.line !== now.place?.line) moved(now.place);
    }),
    EditorView.domEventHandlers({
      // While the button is down the text must not move under the pointer.
      mouseup(_event, view) {
        const { line } = view.state.field(field);
        const { head } = view.state.selection.main;
        const effects: StateEffect<unknown>[] = [relocate.of(null)];
        const at = view.state.doc.lineAt(head);
        if (at.number !== line) effects.push(rest(at.from, row));
        view.dispatch({ effects });
        return false;
      },
    }),
  ];
}

function needsLook(transaction: Transaction): boolean {
  if (transaction.effects.some((effect) => effect.is(relocate))) return true;
  if (transaction.docChanged) return true;
  return transaction.selection !== undefined && !transaction.isUserEvent("select.pointer");
}

/** Scrolls the line to its resting place, by whole rows. */
function rest(position: number, row: Row): StateEffect<unknown> {
  const above = Math.floor((row.pane * REST) / row.height) * row.height;
  return EditorView.scrollIntoView(position, { y: "start", yMargin: above + BLOCK_HEIGHT });
}
