// The panel of typed fields, and walking through it by key.
import type { FieldDefinition, FieldStatus, FieldValue } from "../api/types";
import { say } from "../messages";
import { Field } from "./field";

export class Fields {
  private readonly fields: Field[];

  constructor(
    private readonly panel: HTMLElement,
    definitions: FieldDefinition[],
    values: Record<string, FieldValue>,
    private readonly on: { changed(): void; left(): void },
  ) {
    this.panel.hidden = definitions.length === 0;
    this.fields = definitions.map((definition) => {
      return new Field(definition, values[definition.name], () => {
        this.count();
        this.on.changed();
      });
    });
    this.panel.append(...this.fields.map((field) => field.element), ...definitions.map(choices));
    this.panel.addEventListener("field-done", (event) => {
      const next = this.fields[this.indexOf(event.target as Element) + 1];
      if (next) next.edit();
      else this.on.left();
    });
    this.panel.addEventListener("submit", (event) => {
      event.preventDefault();
    });
    this.count();
  }

  /** Only what somebody or something has filled in; values the schema no longer names are kept. */
  values(before: Record<string, FieldValue>): Record<string, FieldValue> {
    const now = { ...before };
    for (const { definition, value } of this.fields) {
      const untouched = value.status === "unchecked" && !value.value?.length;
      if (!untouched || definition.name in before) now[definition.name] = value;
    }
    return now;
  }

  show(values: Record<string, FieldValue>): void {
    for (const field of this.fields) {
      field.value = values[field.definition.name] ?? { value: null, status: "unchecked" };
    }
    this.count();
  }

  set readOnly(readOnly: boolean) {
    for (const field of this.fields) field.readOnly = readOnly;
  }

  /** Moves to the next (1) or previous (-1) field without editing it: J and K. */
  walk(step: 1 | -1): void {
    const at = this.indexOf(document.activeElement);
    const start = at < 0 && step < 0 ? this.fields.length : at;
    this.fields[Math.min(Math.max(start + step, 0), this.fields.length - 1)]?.select.focus();
  }

  /** The field whose status has the focus while navigating. */
  get selected(): Field | null {
    return this.fields.find((field) => field.select === document.activeElement) ?? null;
  }

  mark(status: FieldStatus): void {
    this.selected?.setStatus(status);
  }

  private indexOf(element: Element | null): number {
    return this.fields.findIndex((field) => element !== null && field.element.contains(element));
  }

  private count(): void {
    const n = this.fields.filter((field) => field.checked).length;
    const place = this.panel.querySelector("[data-count]");
    if (place) place.textContent = say("fields.checked", { n, of: this.fields.length });
  }
}

function choices(definition: FieldDefinition): HTMLDataListElement {
  const list = document.createElement("datalist");
  list.id = `l-${definition.name}`;
  for (const choice of definition.choices ?? []) list.append(new Option(choice));
  return list;
}
