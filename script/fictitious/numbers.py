"""Identifiers with valid check digits, and amounts in figures and in words. All invented."""

from random import Random

UNITS = [
    "zero", "um", "dois", "três", "quatro", "cinco", "seis", "sete", "oito", "nove", "dez",
    "onze", "doze", "treze", "quatorze", "quinze", "dezesseis", "dezessete", "dezoito",
    "dezenove",
]  # fmt: skip
TENS = [
    "-", "-", "vinte", "trinta", "quarenta", "cinquenta", "sessenta", "setenta", "oitenta",
    "noventa",
]  # fmt: skip
HUNDREDS = [
    "-", "cento", "duzentos", "trezentos", "quatrocentos", "quinhentos", "seiscentos",
    "setecentos", "oitocentos", "novecentos",
]  # fmt: skip
CNPJ_WEIGHTS = ((5, 4, 3, 2, 9, 8, 7, 6, 5, 4, 3, 2), (6, 5, 4, 3, 2, 9, 8, 7, 6, 5, 4, 3, 2))


def cpf(random: Random) -> str:
    """Return a CPF `999.9dd.ddd-dd` with valid check digits, from a range nobody is given."""
    digits = [9, 9, 9, 9, *(random.randint(0, 9) for _ in range(5))]
    for weight in (10, 11):
        total = sum(digit * (weight - place) for place, digit in enumerate(digits))
        digits.append(total * 10 % 11 % 10)
    text = "".join(map(str, digits))
    return f"{text[:3]}.{text[3:6]}.{text[6:9]}-{text[9:]}"


def cnpj(random: Random) -> str:
    """Return a CNPJ `99.ddd.ddd/0001-dd` with valid check digits."""
    digits = [9, 9, *(random.randint(0, 9) for _ in range(6)), 0, 0, 0, 1]
    for weights in CNPJ_WEIGHTS:
        rest = sum(a * b for a, b in zip(weights, digits, strict=True)) % 11
        digits.append(0 if rest < 2 else 11 - rest)  # noqa: PLR2004 - modulo 11 as printed in the rule
    text = "".join(map(str, digits))
    return f"{text[:2]}.{text[2:5]}.{text[5:8]}/{text[8:12]}-{text[12:]}"


def cnj(random: Random, year: int) -> str:
    """Return a case number `99ddddd-dd.yyyy.8.tt.9999` with valid check digits (mod 97-10)."""
    sequence, court = f"99{random.randint(0, 99999):05d}", f"{random.randint(1, 27):02d}"
    check = 98 - int(f"{sequence}{year}8{court}999900") % 97
    return f"{sequence}-{check:02d}.{year}.8.{court}.9999"


def in_words(number: int) -> str:
    """Spell an integer of 0 to 999,999 as Brazilian Portuguese does on cheques."""
    if number < len(UNITS):
        return UNITS[number]
    if number == 100:  # noqa: PLR2004 - exactly a hundred has its own word
        return "cem"
    if number < 1000:  # noqa: PLR2004 - below a thousand, one word a place
        place, names = (10, TENS) if number < 100 else (100, HUNDREDS)  # noqa: PLR2004
        rest = number % place
        return names[number // place] + (f" e {in_words(rest)}" if rest else "")
    thousands, rest = divmod(number, 1000)
    head = "mil" if thousands == 1 else f"{in_words(thousands)} mil"
    if not rest:
        return head
    return head + (" e " if rest < 100 or rest % 100 == 0 else ", ") + in_words(rest)  # noqa: PLR2004


def money(cents: int) -> str:
    """Return `R$ 1.234,56`."""
    return f"R$ {cents // 100:,}".replace(",", ".") + f",{cents % 100:02d}"


def money_in_words(cents: int) -> str:
    """Spell an amount: `doze reais e um centavo`."""
    whole, rest = divmod(cents, 100)
    text = in_words(whole) + (" real" if whole == 1 else " reais")
    if rest:
        text += f" e {in_words(rest)} " + ("centavo" if rest == 1 else "centavos")
    return text
