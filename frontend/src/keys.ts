// Keys of the screen. Two modes: while a text has the focus, only Ctrl chords and Esc are ours;
// while navigating, letters are deeds. Nothing fires while a letter is being composed.

export type Deeds = Record<string, () => void>;

/** In navigation mode; `?` and the brackets may need Shift or AltGr on some layouts. */
const NAVIGATION: Record<string, string> = {
  "?": "help",
  "0": "fit",
  "[": "previous",
  "]": "next",
  h: "header",
  m: "margin",
  f: "footer",
  t: "text",
  j: "field-next",
  k: "field-previous",
  x: "absent",
  b: "blank",
  d: "diff",
  s: "skip",
  v: "send-back",
  Enter: "edit",
  F2: "edit",
  "+": "zoom-in",
  "-": "zoom-out",
};
const CHORDS: Record<string, string> = { Enter: "submit", s: "save" };
const TYPED_CHARACTERS = "?[]+-";

export function isComposing(event: KeyboardEvent): boolean {
  return event.isComposing || event.key === "Dead" || event.key === "Process";
}

/** Alt and AltGr are how a keyboard types signs; a chord with them is never ours. */
function isLayoutChord(event: KeyboardEvent): boolean {
  const held = event.altKey || event.getModifierState("AltGraph");
  return held && !TYPED_CHARACTERS.includes(event.key);
}

/** The deed a key stands for, or null. `typing`: an editor or input has the focus. */
export function deedOf(event: KeyboardEvent, typing: boolean): string | null {
  if (isComposing(event) || isLayoutChord(event)) return null;
  const name = event.key.length === 1 ? event.key.toLowerCase() : event.key;
  if ((event.ctrlKey || event.metaKey) && !event.altKey) return CHORDS[name] ?? null;
  if (event.key === "Escape") return typing ? "leave" : null;
  return typing ? null : (NAVIGATION[name] ?? null);
}

export function isTyping(element: Element | null): boolean {
  if (!element) return false;
  const input = element instanceof HTMLInputElement || element instanceof HTMLTextAreaElement;
  return input || (element instanceof HTMLElement && element.isContentEditable);
}

/** Routes keys to deeds, capturing them before the editors; a dialog keeps its own. */
export function listen(deeds: Deeds): void {
  document.addEventListener(
    "keydown",
    (event) => {
      if (document.querySelector("dialog[open]")) return;
      const target = document.activeElement;
      const deed = deedOf(event, isTyping(target));
      // A button or link in focus keeps its own Enter.
      const own = event.key === "Enter" && !event.ctrlKey && target?.matches("button, a, summary");
      const act = deed === null || own ? undefined : deeds[deed];
      if (!act) return;
      event.preventDefault();
      event.stopPropagation();
      act();
    },
    { capture: true },
  );
}
