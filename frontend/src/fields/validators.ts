// Check digits, dates and sums, as annotations/validators judges them. They warn, never block:
// what is printed wrong is transcribed wrong.
import type { FieldDefinition } from "../api/types";

type Check = (value: string) => string | null;

const CPF = /^(\d{11}|\d{3}\.\d{3}\.\d{3}-\d{2})$/;
// Alphanumeric since July 2026; the two check digits stay digits.
const CNPJ = /^([0-9A-Z]{12}\d{2}|[0-9A-Z]{2}\.[0-9A-Z]{3}\.[0-9A-Z]{3}\/[0-9A-Z]{4}-\d{2})$/;
const CNJ = /^(\d{20}|\d{7}-\d{2}\.\d{4}\.\d\.\d{2}\.\d{4})$/;
const DATE = /^(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})$/;
const LONG_DATE = /^(\d{1,2})[º°o]? de (\p{L}+) de (\d{4})\.?$/u;
const MONTHS =
  "janeiro fevereiro março abril maio junho julho agosto setembro outubro novembro dezembro";
const MONEY = /^(R\$\s?)?-?(\d{1,3}(\.\d{3})+|\d+),\d{2}$/;

const CHECKS: Partial<Record<FieldDefinition["type"], Check>> = { cpf, cnpj, cnj, date, money };

/** The key of the message that says what is wrong with the value; null: nothing. */
export function problemOf(definition: FieldDefinition, value: string): string | null {
  if (!value) return null;
  if (definition.type === "choice" && !definition.choices?.includes(value)) return "choice_unknown";
  return CHECKS[definition.type]?.(value) ?? null;
}

function cpf(value: string): string | null {
  if (!CPF.test(value)) return "cpf_form";
  const digits = values(value);
  if (new Set(digits).size === 1) return "check_digits";
  return [9, 10].every((n) => digits[n] === ((weighted(digits, range(n + 1, 2)) * 10) % 11) % 10)
    ? null
    : "check_digits";
}

function cnpj(value: string): string | null {
  if (!CNPJ.test(value)) return "cnpj_form";
  const digits = values(value);
  const weights = [6, 5, 4, 3, 2, 9, 8, 7, 6, 5, 4, 3, 2];
  const right = [12, 13].every((n) => {
    const rest = weighted(digits, weights.slice(13 - n)) % 11;
    return digits[n] === (rest < 2 ? 0 : 11 - rest);
  });
  return right && digits.some(Boolean) ? null : "check_digits";
}

/** ISO 7064, modulo 97-10; the check digits stand eighth and ninth. */
function cnj(value: string): string | null {
  if (!CNJ.test(value)) return "cnj_form";
  const digits = value.replace(/[.-]/g, "");
  const number = digits.slice(0, 7) + digits.slice(9) + digits.slice(7, 9);
  return BigInt(number) % 97n === 1n ? null : "check_digits";
}

function date(value: string): string | null {
  const short = DATE.exec(value);
  const long = LONG_DATE.exec(value.toLowerCase());
  if (short) return calendar(Number(short[1]), Number(short[2]), Number(short[3]));
  const month = MONTHS.split(" ").indexOf(long?.[2] ?? "") + 1;
  return long && month ? calendar(Number(long[1]), month, Number(long[3])) : "date_form";
}

function calendar(day: number, month: number, year: number): string | null {
  const real = new Date(0);
  real.setUTCFullYear(year, month - 1, day);
  const same = real.getUTCMonth() === month - 1 && real.getUTCDate() === day;
  return same && year > 0 ? null : "date_impossible";
}

function money(value: string): string | null {
  return MONEY.test(value) ? null : "money_form";
}

/** A letter counts as its ASCII code less 48. */
function values(text: string): number[] {
  return [...text.replace(/[./-]/g, "")].map((letter) => letter.charCodeAt(0) - 48);
}

function weighted(digits: number[], weights: number[]): number {
  return weights.reduce((sum, weight, i) => sum + weight * digits[i]!, 0);
}

function range(from: number, to: number): number[] {
  return Array.from({ length: from - to + 1 }, (_, i) => from - i);
}
