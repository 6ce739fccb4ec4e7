// The shortest script of deletions and insertions between two lists (Myers, "An O(ND) difference
// algorithm", 1986).

/** `a[a0..a1)` became `b[b0..b1)`. */
export interface Hunk {
  a0: number;
  a1: number;
  b0: number;
  b1: number;
}

/** Steps after which two lists count as simply different; keeps a rewrite from costing seconds. */
const MOST_STEPS = 1500;

export function hunks(a: string[], b: string[]): Hunk[] {
  let head = 0;
  const shorter = Math.min(a.length, b.length);
  while (head < shorter && a[head] === b[head]) head++;
  let tail = 0;
  while (tail < shorter - head && a.at(-1 - tail) === b.at(-1 - tail)) tail++;
  const [x, y] = [a.slice(head, a.length - tail), b.slice(head, b.length - tail)];
  const found = x.length && y.length ? shortest(x, y) : whole(x, y);
  return found.map(({ a0, a1, b0, b1 }) => ({
    a0: a0 + head,
    a1: a1 + head,
    b0: b0 + head,
    b1: b1 + head,
  }));
}

function whole(a: string[], b: string[]): Hunk[] {
  return a.length || b.length ? [{ a0: 0, a1: a.length, b0: 0, b1: b.length }] : [];
}

function shortest(a: string[], b: string[]): Hunk[] {
  const most = Math.min(a.length + b.length, MOST_STEPS);
  const reach = new Int32Array(2 * most + 3);
  const trace: Int32Array[] = [];
  for (let step = 0; step <= most; step++) {
    trace.push(reach.slice(most + 1 - step - 1, most + 1 + step + 2));
    for (let k = -step; k <= step; k += 2) {
      let x = furthest(reach, most + 1 + k, k === -step, k === step);
      while (x < a.length && x - k < b.length && a[x] === b[x - k]) x++;
      reach[most + 1 + k] = x;
      if (x >= a.length && x - k >= b.length) return backtrack(trace, a.length, b.length);
    }
  }
  return whole(a, b);
}

/** Goes down (an insertion) at the lower rim or where that reaches further, else right. */
function furthest(reach: Int32Array, at: number, lower: boolean, upper: boolean): number {
  const down = lower || (!upper && reach[at - 1]! < reach[at + 1]!);
  return down ? reach[at + 1]! : reach[at - 1]! + 1;
}

function backtrack(trace: Int32Array[], x: number, y: number): Hunk[] {
  const found: Hunk[] = [];
  for (let step = trace.length - 1; step > 0; step--) {
    const reach = trace[step]!;
    const at = step + 1 + (x - y);
    const k = x - y;
    const down = k === -step || (k !== step && reach[at - 1]! < reach[at + 1]!);
    const [px, py] = down
      ? [reach[at + 1]!, reach[at + 1]! - k - 1]
      : [reach[at - 1]!, reach[at - 1]! - k + 1];
    prepend(
      found,
      down ? { a0: px, a1: px, b0: py, b1: py + 1 } : { a0: px, a1: px + 1, b0: py, b1: py },
    );
    [x, y] = [px, py];
  }
  return found.reverse();
}

/** `found` runs backwards: joins a step that touches the one found last. */
function prepend(found: Hunk[], step: Hunk): void {
  const last = found.at(-1);
  if (last && step.a1 === last.a0 && step.b1 === last.b0) {
    last.a0 = step.a0;
    last.b0 = step.b0;
  } else found.push({ ...step });
}
