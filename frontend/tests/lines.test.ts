import { describe, expect, it } from "vitest";
import type { Words } from "../src/api/types";
import { cropOf } from "../src/editor/crop";
import { Aligner } from "../src/lines/align";
import { AnchorBook } from "../src/lines/book";
import { inkLines, wordAt } from "../src/lines/ink";

/** Words of equal width on level lines, 40 pixels apart. */
function words(lines: string[], slope = 0): Words {
  const list = lines.flatMap((line, row) =>
    line.split(" ").map((text, i): Words["words"][number] => {
      return [text, 100 + i * 100, 100 + row * 40 + i * 100 * slope, 80, 20, 0.9, row];
    }),
  );
  const region = {
    box: [0, 0, 2000, 2000] as [number, number, number, number],
    zone: "text" as const,
  };
  return {
    words: list,
    regions: [{ ...region, trust: 0.9, angle: 0, lines: [0, lines.length - 1] }],
  };
}

const INK = [
  "Certidão lavrada em 3 de março",
  "Requerente: Quitéria Araújo de Modelo",
  "Requerido: Padaria Pão de Ensaio",
  "Vistos e relatados os autos",
];

function book(ink: string[], text: string[]) {
  const lines = inkLines(words(ink));
  const made = new AnchorBook("text");
  made.read(text);
  made.useInk(new Aligner(lines));
  return { lines, made };
}

const places = (ink: string[], text: string[]) => {
  const { made } = book(ink, text);
  return text.map((_, line) => made.placeAt(line, 0)?.line.index ?? null);
};

describe("a line of text", () => {
  it("finds its ink through misread letters", () => {
    const text = ["Certidao lavrada ern 3 de marco", ...INK.slice(1, 3), "Vistos e relalados"];
    expect(places(INK, text)).toEqual([0, 1, 2, 3]);
  });

  it("has no place where no ink is like it", () => {
    expect(places(INK, [INK[0]!, "Algo que não está no papel", INK[1]!])).toEqual([0, null, 1]);
  });

  it("keeps to the order of the page where a line stands twice", () => {
    const ink = ["Assinado", INK[1]!, "Assinado"];
    expect(places(ink, ink)).toEqual([0, 1, 2]);
  });

  it("may run several lines of ink together", () => {
    const { made } = book(INK, [INK.slice(0, 3).join(" "), INK[3]!]);
    expect(made.placeAt(0, 2)?.line.index).toBe(0);
    expect(made.placeAt(0, INK[0]!.length + 3)?.line.index).toBe(1);
    expect(made.placeAt(1, 0)?.line.index).toBe(3);
  });

  it("knows the word under the caret", () => {
    const { made } = book(INK, INK);
    expect(made.placeAt(1, INK[1]!.indexOf("Araújo") + 2)?.word?.text).toBe("Araújo");
  });

  it("is found again from a click on its ink", () => {
    const { made, lines } = book(INK, ["Uma linha a mais", ...INK]);
    const word = wordAt(lines[2]!, [250, 190]);
    expect(word?.text).toBe("Padaria");
    expect(made.find(lines[2]!, word)).toMatchObject({
      line: 3,
      column: INK[2]!.indexOf("Padaria"),
    });
  });

  it("is placed anew when a line is added, and when the hand rests", () => {
    const { made } = book(INK, INK);
    made.read([INK[0]!, "", ...INK.slice(1)]);
    expect(made.placeAt(2, 0)?.line.index).toBe(1);
    made.read(["zzzz", "", ...INK.slice(1)]);
    expect(made.placeAt(0, 0)?.line.index).toBe(0);
    expect(made.settle()).toBe(true);
    expect(made.placeAt(0, 0)).toBeNull();
  });
});

describe("a line of ink", () => {
  it("has a frame that follows the slope of the scan", () => {
    const [line] = inkLines(words([INK[0]!], 0.02));
    const [left, right] = [line!.corners[0]!, line!.corners[1]!];
    expect((right[1] - left[1]) / (right[0] - left[0])).toBeCloseTo(0.02);
    expect(line!.thickness).toBeLessThan(25);
  });

  it("reads upwards where its region is to be turned clockwise", () => {
    const upright = words(["um dois"]);
    upright.words = [
      ["um", 10, 300, 20, 80, 0.9, 0],
      ["dois", 10, 200, 20, 80, 0.9, 0],
    ];
    upright.regions[0]!.angle = 90;
    const [line] = inkLines(upright);
    expect(line).toMatchObject({ angle: -90, length: 180, thickness: 20 });
    const row = { width: 500, height: 22, letter: 8, pane: 300 };
    const crop = cropOf({ line: line!, word: line!.words[0]! }, row);
    expect(crop.turn.degrees).toBe(90);
    expect(crop.word!.from).toBeCloseTo(20 - 90);
    expect(crop.word!.to - crop.word!.from).toBeCloseTo(80);
  });
});

describe("the crop", () => {
  const long = Array.from({ length: 14 }, (_, i) => `palavra${i}`).join(" ");
  const row = { width: 500, height: 22, letter: 8, pane: 300 };

  it("starts where the line starts and moves on with the word in work", () => {
    const { made } = book([long], [long]);
    const first = cropOf(made.placeAt(0, 0)!, row);
    const last = cropOf(made.placeAt(0, long.length)!, row);
    expect(first.left).toBeLessThan(101);
    expect(last.left).toBeGreaterThan(first.left + 100);
    expect(last.word!.to).toBeLessThan(last.left + (row.width * last.height) / 44);
  });
});
