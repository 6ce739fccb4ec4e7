// Two texts claim one place: both are shown, the person decides.
import type { Content } from "../api/types";
import { ask } from "../dialogs";
import { comparison, showRows } from "../diff/drawer";
import { say } from "../messages";
import { one } from "../shell";
import type { Conflict } from "./opening";

/** Esc is no answer: a text would be left behind unnoticed. */
export async function choose(conflict: Conflict, mine: Content): Promise<string> {
  const dialog = one<HTMLDialogElement>("#conflict");
  dialog.querySelector("h2")!.textContent = say(`conflict.${conflict.kind}.title`);
  dialog.querySelector("[data-words]")!.textContent = say(`conflict.${conflict.kind}.words`);
  const found = comparison(conflict.theirs, mine);
  if (found) showRows(one("#conflict-rows"), conflict.theirs, mine, found);
  for (;;) {
    const given = await ask("conflict");
    if (given) return given.answer;
  }
}
