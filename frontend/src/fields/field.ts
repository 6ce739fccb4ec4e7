// One typed field: its values and what is known of it. Absent, empty, unreadable and not yet
// looked at are four things, so the status has a control of its own.
import {
  FIELD_STATUSES,
  type FieldDefinition,
  type FieldStatus,
  type FieldValue,
} from "../api/types";
import { cleanText } from "../content";
import { say } from "../messages";
import { problemOf } from "./validators";

/** Letters: the longest value that half the panel's width shows, and the longest label. */
const NARROW = 26;
const LONG_LABEL = 10;

export class Field {
  readonly element = document.createElement("div");
  readonly select = document.createElement("select");
  private readonly error = document.createElement("p");
  private inputs: HTMLInputElement[] = [];
  private current: FieldValue;
  /** The value from before a status that has none: a slip of the key costs nothing. */
  private laid: FieldValue["value"] = null;

  constructor(
    readonly definition: FieldDefinition,
    value: FieldValue | undefined,
    private readonly changed: () => void,
  ) {
    this.current = value ?? { value: null, status: "unchecked" };
    const label = document.createElement("label");
    label.textContent = definition.label;
    label.htmlFor = this.id(0);
    if (definition.help) label.title = definition.help;
    for (const status of FIELD_STATUSES) {
      this.select.add(new Option(say(`field.${status}`), status));
    }
    this.select.className = "field-status";
    this.select.setAttribute("aria-label", say("field.status", { name: definition.label }));
    this.select.addEventListener("change", () => {
      this.setStatus(this.select.value as FieldStatus);
    });
    this.error.className = "field-error";
    this.error.id = `e-${definition.name}`;
    this.element.dataset["field"] = definition.name;
    this.element.append(label, this.select);
    this.fill();
  }

  get value(): FieldValue {
    return this.current;
  }

  set value(value: FieldValue) {
    this.current = value;
    this.fill();
  }

  get checked(): boolean {
    return this.current.status !== "unchecked";
  }

  set readOnly(readOnly: boolean) {
    this.select.disabled = readOnly;
    for (const input of this.inputs) input.readOnly = readOnly;
  }

  edit(): void {
    this.inputs[0]?.focus();
    this.inputs[0]?.select();
  }

  setStatus(status: FieldStatus): void {
    const { value } = this.current;
    this.laid = value ?? this.laid;
    const kept = status === "present" || status === "unchecked" ? this.laid : null;
    this.current = { value: kept, status, source: "person" };
    if (kept !== value) this.fill();
    else this.show();
    this.changed();
  }

  private get list(): string[] {
    const { value } = this.current;
    return value === null ? [] : typeof value === "string" ? [value] : value;
  }

  private id(index: number): string {
    return `f-${this.definition.name}${index ? `-${index}` : ""}`;
  }

  private fill(): void {
    const { repeated } = this.definition;
    // A repeated field always offers one more place.
    const values = repeated ? [...this.list, ""] : [this.list.join("; ")];
    for (const input of this.inputs) input.remove();
    this.inputs = values.map((value, index) => this.input(value, index));
    this.element.append(...this.inputs, this.error);
    this.show();
  }

  private input(value: string, index: number): HTMLInputElement {
    const input = document.createElement("input");
    Object.assign(input, { value, id: this.id(index), autocomplete: "off", spellcheck: false });
    input.className = "transcript";
    if (index) input.setAttribute("aria-label", `${this.definition.label} ${index + 1}`);
    if (this.definition.choices) input.setAttribute("list", `l-${this.definition.name}`);
    input.addEventListener("input", () => {
      this.typed();
    });
    input.addEventListener("keydown", (event) => {
      if (event.key !== "Enter" || event.ctrlKey || event.metaKey || event.isComposing) return;
      event.preventDefault();
      this.confirm();
    });
    return input;
  }

  private typed(): void {
    const values = this.inputs.map((input) => cleanText(input.value)).filter((v) => v !== "");
    const value = this.definition.repeated ? values : (values[0] ?? null);
    this.current = { value, status: values.length ? "present" : "unchecked", source: "person" };
    if (this.definition.repeated && this.inputs.at(-1)?.value) {
      const more = this.input("", this.inputs.length);
      this.inputs.at(-1)!.after(more);
      this.inputs.push(more);
    }
    this.show();
    this.changed();
  }

  /** Enter says: I have looked, it is as it stands here. Then the next field. */
  private confirm(): void {
    if (!this.checked) this.setStatus(this.list.length ? "present" : "empty");
    this.element.dispatchEvent(new CustomEvent("field-done", { bubbles: true }));
  }

  private show(): void {
    const { status } = this.current;
    const values = this.list;
    const problem =
      values.map((v) => problemOf(this.definition, v)).find((p) => p !== null) ?? null;
    const wide = problem || this.definition.repeated || values.some((v) => v.length > NARROW);
    this.element.className = `field field-${look(status, problem)}`;
    this.element.classList.toggle("field-wide", Boolean(wide));
    this.element.classList.toggle("field-long", this.definition.label.length > LONG_LABEL);
    this.select.value = status;
    this.error.hidden = problem === null;
    this.error.textContent = problem ? say(`problem.${problem}`) : "";
    for (const input of this.inputs) {
      input.setAttribute("aria-invalid", String(problem !== null));
      if (problem) input.setAttribute("aria-describedby", this.error.id);
      else input.removeAttribute("aria-describedby");
      const shown =
        status === "present" || status === "unchecked" ? "" : say(`field.${status}.shown`);
      input.placeholder = shown;
    }
  }
}

function look(status: FieldStatus, problem: string | null): string {
  if (problem) return "bad";
  if (status === "unchecked") return "unseen";
  return status === "present" || status === "empty" ? "good" : "absent";
}
