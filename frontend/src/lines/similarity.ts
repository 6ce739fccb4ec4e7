// How alike two short texts are, blind to case, accents and spacing: OCR differs in just those.

export type Bigrams = Map<string, number>;

export function fold(text: string): string {
  return text
    .normalize("NFD")
    .replace(/\p{M}/gu, "")
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, "");
}

/** Counts of adjacent pairs; a one-letter text counts as that letter. Folded `text` expected. */
export function bigrams(text: string): Bigrams {
  const counts: Bigrams = new Map();
  if (text.length === 1) counts.set(text, 1);
  for (let i = 0; i + 1 < text.length; i++) {
    const pair = text.slice(i, i + 2);
    counts.set(pair, (counts.get(pair) ?? 0) + 1);
  }
  return counts;
}

export function total(counts: Bigrams): number {
  let sum = 0;
  for (const n of counts.values()) sum += n;
  return sum;
}

/** Dice's coefficient, 0 to 1; two empty texts have nothing in common. */
export function dice(a: Bigrams, b: Bigrams): number {
  const [small, large] = a.size < b.size ? [a, b] : [b, a];
  let shared = 0;
  for (const [pair, n] of small) shared += Math.min(n, large.get(pair) ?? 0);
  const size = total(a) + total(b);
  return size === 0 ? 0 : (2 * shared) / size;
}

export function sum(parts: Bigrams[]): Bigrams {
  const counts: Bigrams = new Map();
  for (const part of parts) {
    for (const [pair, n] of part) counts.set(pair, (counts.get(pair) ?? 0) + n);
  }
  return counts;
}
