import { describe, expect, it } from "vitest";
import type { Content } from "../src/api/types";
import { compare } from "../src/diff/compare";
import { distance } from "../src/diff/distance";
import { hunks } from "../src/diff/myers";

function content(text: string, more: Partial<Content> = {}): Content {
  return { header: null, margin: null, footer: null, text, fields: {}, ...more };
}

function slow(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const cost = a[i - 1] === b[j - 1] ? 0 : 1;
      next.push(Math.min(row[j]! + 1, next[j - 1]! + 1, row[j - 1]! + cost));
    }
    row = next;
  }
  return row[b.length]!;
}

/** A small generator with a seed, so that a failure can be repeated. */
function random(seed: number): () => number {
  return () => (seed = (seed * 48271) % 2147483647) / 2147483647;
}

function word(next: () => number, most: number): string {
  return Array.from(
    { length: Math.floor(next() * most) },
    () => "abcã "[Math.floor(next() * 5)],
  ).join("");
}

describe("the distance", () => {
  it("agrees with the textbook on random texts that span several blocks", () => {
    const next = random(7);
    for (let i = 0; i < 200; i++) {
      const [a, b] = [word(next, 120), word(next, 120)];
      expect(distance([...a], [...b])).toBe(slow(a, b));
    }
  });
});

describe("the hunks", () => {
  it("turn the one list into the other and keep what is equal", () => {
    const next = random(11);
    for (let i = 0; i < 200; i++) {
      const [a, b] = [[...word(next, 60)], [...word(next, 60)]];
      const out: string[] = [];
      let at = 0;
      for (const hunk of hunks(a, b)) {
        out.push(...a.slice(at, hunk.a0), ...b.slice(hunk.b0, hunk.b1));
        at = hunk.a1;
      }
      out.push(...a.slice(at));
      expect(out.join("")).toBe(b.join(""));
    }
  });
});

describe("the comparison", () => {
  it("finds single letters and their line", () => {
    const { changes, counts } = compare(
      content("um\najuizon a ação"),
      content("um\najuizou a ação"),
    );
    expect(changes.map(({ line, before, after, kind }) => [line, before, after, kind])).toEqual([
      [2, "n", "u", "letters"],
    ]);
    expect(counts).toEqual({ letters: 1, space: 0, unicode: 0 });
  });

  it("tells white space and look-alike signs from letters", () => {
    const kinds = (a: string, b: string) =>
      compare(content(a), content(b)).changes.map((c) => c.kind);
    expect(kinds("nexo  causal", "nexo causal")).toEqual(["space"]);
    expect(kinds("Cível - Dano", "Cível – Dano")).toEqual(["unicode"]);
    expect(kinds("fim\nda linha", "fim da linha")).toEqual(["space"]);
  });

  it("measures the error of the old text against the new one", () => {
    expect(compare(content("abcd"), content("abcde")).cer).toBeCloseTo(1 / 5);
    expect(compare(content(""), content("")).cer).toBe(0);
    expect(compare(content("xy"), content("")).cer).toBe(2);
  });

  it("counts a letter with its accent as one, however it is written", () => {
    expect(compare(content("o\u0303x"), content("õx")).cer).toBeCloseTo(1 / 2);
  });

  it("shows a zone that was added", () => {
    const { changes } = compare(content("a"), content("a", { header: "Topo" }));
    expect(changes).toMatchObject([{ zone: "header", before: "", after: "Topo" }]);
  });

  it("takes a page of 8,000 letters in well under a blink", () => {
    const text = "A preliminar não prospera, pois a relação jurídica.\n".repeat(160);
    const changed = text.replaceAll("relação", "relacao").replace("não", "nao");
    const start = performance.now();
    expect(compare(content(changed), content(text)).counts.letters).toBe(321);
    expect(performance.now() - start).toBeLessThan(400);
  });
});
