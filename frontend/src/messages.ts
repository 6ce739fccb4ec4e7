// Words and figures in the person's language. The catalogue is Django's: the page brings the
// messages as a JSON block, so that both languages live in one place.

let catalogue: Record<string, string> = {};
let language = "pt-BR";
let timeZone: string | undefined;

export function useCatalogue(messages: Record<string, string>, lang: string, zone?: string): void {
  catalogue = messages;
  language = lang;
  timeZone = zone;
}

/** The message under `key`, with `%(name)s` filled in. A missing key shows itself. */
export function say(key: string, values: Record<string, string | number> = {}): string {
  const text = catalogue[key] ?? key;
  return text.replace(/%\((\w+)\)s/g, (whole, name: string) =>
    name in values ? String(values[name]) : whole,
  );
}

/** Picks `key.one` or `key.many`; the count itself is `%(n)s`. */
export function sayCount(key: string, n: number): string {
  return say(n === 1 ? `${key}.one` : `${key}.many`, { n: n.toLocaleString(language) });
}

export function percent(share: number): string {
  const digits = { minimumFractionDigits: 1, maximumFractionDigits: 1 };
  return `${(share * 100).toLocaleString(language, digits)}\u00a0%`;
}

export function clock(at: Date): string {
  return at.toLocaleTimeString(language, { timeStyle: "medium", ...(timeZone && { timeZone }) });
}
