import { ChangeSet } from "@codemirror/state";
import { describe, expect, it } from "vitest";
import type { FieldDefinition } from "../src/api/types";
import { asBlank, cleanText, completeContent, isBlank, sameContent } from "../src/content";
import { moved, toPoints, toUnits } from "../src/editor/spans";
import { problemOf } from "../src/fields/validators";
import { deedOf } from "../src/keys";
import { percent, say, sayCount, useCatalogue } from "../src/messages";
import * as views from "../src/viewer/view";

describe("the keys", () => {
  const key = (name: string, more: KeyboardEventInit = {}) =>
    new KeyboardEvent("keydown", { key: name, ...more });

  it("are deeds while navigating and letters while typing", () => {
    expect(deedOf(key("s"), false)).toBe("skip");
    expect(deedOf(key("s"), true)).toBeNull();
    expect(deedOf(key("["), false)).toBe("previous");
    expect(deedOf(key("Escape"), true)).toBe("leave");
  });

  it("submit and save from everywhere", () => {
    expect(deedOf(key("Enter", { ctrlKey: true }), true)).toBe("submit");
    expect(deedOf(key("s", { ctrlKey: true }), true)).toBe("save");
    expect(deedOf(key("S", { metaKey: true }), true)).toBe("save");
  });

  it("do nothing while a letter is composed or a layout chord is held", () => {
    expect(deedOf(key("Enter", { ctrlKey: true, isComposing: true }), true)).toBeNull();
    expect(deedOf(key("Dead"), false)).toBeNull();
    expect(deedOf(key("Process", { ctrlKey: true }), true)).toBeNull();
    expect(deedOf(key("s", { altKey: true }), false)).toBeNull();
    expect(deedOf(key("s", { altKey: true, ctrlKey: true }), false)).toBeNull();
    expect(deedOf(key("?", { altKey: true, ctrlKey: true }), false)).toBe("help");
  });
});

describe("the content", () => {
  it("is cleaned as the server cleans it", () => {
    expect(cleanText("a\u0303\r\nb\u0000\ufeff\fc\td")).toBe("ã\nb\nc\td");
    expect(cleanText("\ud800x")).toBe("\ufffdx");
  });

  it("tells a blank page from an empty one", () => {
    const content = completeContent({ header: "", text: "" });
    expect(isBlank(content)).toBe(false);
    expect(isBlank(asBlank(content))).toBe(true);
    expect(isBlank(completeContent(null))).toBe(false);
  });

  it("takes an untouched field for none", () => {
    const bare = completeContent({ text: "a" });
    const listed = { ...bare, fields: { cpf: { value: null, status: "unchecked" as const } } };
    expect(sameContent(bare, listed)).toBe(true);
    const absent = { ...bare, fields: { cpf: { value: null, status: "absent" as const } } };
    expect(sameContent(bare, absent)).toBe(false);
  });
});

describe("the marks", () => {
  it("move with the text, in code points", () => {
    const text = "a𝒳b c";
    const span = { zone: "text" as const, start: 2, end: 3, kind: "illegible" };
    const units = toUnits([span], text);
    expect(units[0]).toMatchObject({ start: 3, end: 4 });
    const typed = ChangeSet.of({ from: 0, insert: "𝒴 " }, text.length);
    expect(toPoints(moved(units, typed), "𝒴 " + text)[0]).toMatchObject({ start: 4, end: 5 });
    const deleted = ChangeSet.of({ from: 2, to: 5 }, text.length);
    expect(moved(units, deleted)).toEqual([]);
  });
});

describe("the validators", () => {
  const problem = (type: FieldDefinition["type"], value: string) =>
    problemOf({ name: "x", label: "X", type, choices: ["ata"] }, value);

  it("agree with the server's", () => {
    expect(problem("cpf", "123.456.789-09")).toBeNull();
    expect(problem("cpf", "123.456.789-08")).toBe("check_digits");
    expect(problem("cpf", "111.111.111-11")).toBe("check_digits");
    expect(problem("cnpj", "12ABC34501DE35")).toBeNull();
    expect(problem("cnpj", "12ABC34501DE36")).toBe("check_digits");
    expect(problem("cnj", "9995655-20.2019.8.12.9999")).toBeNull();
    expect(problem("cnj", "9995635-20.2019.8.12.9999")).toBe("check_digits");
    expect(problem("date", "29/02/2020")).toBeNull();
    expect(problem("date", "31/02/2020")).toBe("date_impossible");
    expect(problem("date", "8 de maio de 2010")).toBeNull();
    expect(problem("date", "ontem")).toBe("date_form");
    expect(problem("money", "R$ 1.234,56")).toBeNull();
    expect(problem("money", "1234.56")).toBe("money_form");
    expect(problem("choice", "ata")).toBeNull();
    expect(problem("choice", "carta")).toBe("choice_unknown");
    expect(problem("cpf", "")).toBeNull();
  });
});

describe("the messages", () => {
  it("are filled in, counted and written the Brazilian way", () => {
    useCatalogue(
      { "x.one": "%(n)s linha", "x.many": "%(n)s linhas", y: "de %(a)s a %(b)s" },
      "pt-BR",
    );
    expect(sayCount("x", 1)).toBe("1 linha");
    expect(sayCount("x", 1284)).toBe("1.284 linhas");
    expect(say("y", { a: 1, b: 2 })).toBe("de 1 a 2");
    expect(percent(0.0341)).toBe("3,4\u00a0%");
  });
});

describe("the view", () => {
  const paper = { width: 1000, height: 2000 };
  const table = { width: 524, height: 400 };

  it("fits the width, the page and a line", () => {
    expect(views.fitted("width", paper, table, 0)).toMatchObject({ scale: 0.5, x: 12, y: 12 });
    expect(views.fitted("page", paper, table, 0).scale).toBeCloseTo(376 / 2000);
    const corners: [number, number][] = [
      [100, 900],
      [300, 900],
      [300, 920],
      [100, 920],
    ];
    const view = views.fittedTo(corners, paper, table, 0);
    expect(view.scale).toBeCloseTo((524 * 0.9) / 200);
    expect(view.x + 200 * view.scale).toBeCloseTo(262);
  });

  it("keeps the point under the pointer while zooming", () => {
    const view = views.fitted("width", paper, table, 0);
    const at: [number, number] = [200, 150];
    const before = [(at[0] - view.x) / view.scale, (at[1] - view.y) / view.scale];
    const near = views.zoomed(view, 1.2, at, paper, table);
    expect((at[0] - near.x) / near.scale).toBeCloseTo(before[0]!);
    expect((at[1] - near.y) / near.scale).toBeCloseTo(before[1]!);
  });

  it("moves only as far as a line needs to be seen", () => {
    const view = views.fitted("width", paper, table, 0);
    const line = (y: number): [number, number][] => [
      [100, y],
      [900, y],
      [900, y + 20],
      [100, y + 20],
    ];
    expect(views.revealed(view, line(300), paper, table)).toBe(view);
    const moved = views.revealed(view, line(1500), paper, table);
    expect(1510 * moved.scale + moved.y).toBeLessThan(400 * 0.8 + 1);
    expect(1500 * moved.scale + moved.y).toBeGreaterThan(400 * 0.2 - 1);
  });

  it("turns points with the paper", () => {
    expect(views.turnedPoint([10, 20], paper, 1)).toEqual([1980, 10]);
    expect(views.turnedPoint([10, 20], paper, 2)).toEqual([990, 1980]);
    expect(views.turned(paper, 3)).toEqual({ width: 2000, height: 1000 });
  });
});
