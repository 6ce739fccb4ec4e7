// The content of a page as this screen handles it: the same rules as the server's gate.
import { type Content, type FieldValue, ZONES, type Zone } from "./api/types";

export function sameContent(a: Content, b: Content): boolean {
  return ZONES.every((zone) => a[zone] === b[zone]) && sameFields(a.fields, b.fields);
}

function sameFields(a: Record<string, FieldValue>, b: Record<string, FieldValue>): boolean {
  const names = new Set([...Object.keys(a), ...Object.keys(b)]);
  return [...names].every((name) => {
    const [x, y] = [a[name], b[name]];
    if (!x || !y) return isUntouched(x ?? y);
    return x.status === y.status && JSON.stringify(x.value) === JSON.stringify(y.value);
  });
}

/** A field that nobody filled in is the same as a field that is not listed. */
function isUntouched(field: FieldValue | undefined): boolean {
  return !field || (field.status === "unchecked" && !field.value?.length);
}

/** Text as the server keeps it: NFC, `\n` line ends, no BOM, no control characters. */
export function cleanText(text: string): string {
  return text
    .replace(/\r\n?|[\v\f\u0085]/g, "\n")
    .toWellFormed()
    .normalize("NFC")
    .replace(/[\p{Cc}\ufeff]/gu, (c) => (c === "\n" || c === "\t" ? c : ""));
}

/** A blank page is a positive label: the text is there and empty, nothing else is there. */
export function isBlank(content: Content): boolean {
  return ZONES.every((zone) => content[zone] === (zone === "text" ? "" : null));
}

export function asBlank(content: Content): Content {
  return { header: null, margin: null, footer: null, text: "", fields: content.fields };
}

export function hasText(content: Content): boolean {
  return ZONES.some((zone) => (content[zone] ?? "").trim() !== "");
}

/** The zones that stand on the page, in the canonical order. */
export function zonesOf(content: Content): [Zone, string][] {
  return ZONES.flatMap((zone) => (content[zone] === null ? [] : [[zone, content[zone]]]));
}

/** Fills what an older or shorter answer leaves out, so that the screen has every key. */
export function completeContent(content: Partial<Content> | null): Content {
  const zone = (name: Zone) => content?.[name] ?? null;
  return {
    header: zone("header"),
    margin: zone("margin"),
    footer: zone("footer"),
    text: zone("text"),
    fields: content?.fields ?? {},
  };
}
