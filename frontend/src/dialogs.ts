// Dialogs drawn by the server, asked from here; and the one toast.

/** Opens a dialog; answers the pressed button's value and the text, or null when dismissed. */
export function ask(id: string): Promise<{ answer: string; text: string } | null> {
  const dialog = document.getElementById(id) as HTMLDialogElement;
  const field = dialog.querySelector<HTMLTextAreaElement>("textarea");
  dialog.returnValue = "";
  dialog.showModal();
  return new Promise((resolve) => {
    dialog.addEventListener(
      "close",
      () => {
        const answer = dialog.returnValue;
        resolve(answer ? { answer, text: field?.value.trim() ?? "" } : null);
      },
      { once: true },
    );
  });
}

/** Ready-made reasons fill the text field. */
export function offerReasons(): void {
  document.addEventListener("click", (event) => {
    const button = (event.target as Element).closest<HTMLElement>("[data-reason]");
    const field = button?.closest("dialog")?.querySelector("textarea");
    if (!button || !field) return;
    field.value = button.textContent.trim();
    field.focus();
  });
}

export function toast(text: string, action?: { label: string; run: () => void }): void {
  const place = document.getElementById("toast")!;
  place.querySelector("[data-words]")!.textContent = text;
  const button = place.querySelector<HTMLButtonElement>("[data-act]")!;
  button.hidden = !action;
  button.textContent = action?.label ?? "";
  button.onclick = () => {
    place.hidden = true;
    action?.run();
  };
  place.hidden = false;
}
