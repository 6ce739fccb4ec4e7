"""Check digits of Brazilian identifiers."""

import re
from collections.abc import Iterable, Sequence

from annotations.validators.problems import Problem

_CPF = re.compile(r"\d{11}|\d{3}\.\d{3}\.\d{3}-\d{2}", re.ASCII)
# Alphanumeric since July 2026; the two check digits stay digits.
_CNPJ = re.compile(
    r"[0-9A-Z]{12}\d{2}|[0-9A-Z]{2}\.[0-9A-Z]{3}\.[0-9A-Z]{3}/[0-9A-Z]{4}-\d{2}", re.ASCII
)
_CNJ = re.compile(r"\d{20}|\d{7}-\d{2}\.\d{4}\.\d\.\d{2}\.\d{4}", re.ASCII)
_PUNCTUATION = re.compile(r"[./-]")
_WRONG_DIGITS = Problem("check_digits", "the check digits do not match the number")


def check_cpf(value: str) -> Problem | None:
    """Check form and both check digits (modulo 11) of a CPF."""
    if not _CPF.fullmatch(value):
        return Problem("cpf_form", "a CPF has 11 digits, as in 000.000.000-00")
    digits = _values(value)
    if len(set(digits)) == 1:
        return Problem("cpf_repeated", "a CPF is not one digit repeated")
    for count in (9, 10):
        weights = range(count + 1, 1, -1)
        if digits[count] != _weighted(digits, weights) * 10 % 11 % 10:
            return _WRONG_DIGITS
    return None


def check_cnpj(value: str) -> Problem | None:
    """Check form and check digits of a CNPJ; a character counts as its ASCII code less 48."""
    if not _CNPJ.fullmatch(value):
        return Problem("cnpj_form", "a CNPJ has 14 characters, as in 00.000.000/0000-00")
    digits = _values(value)
    if not any(digits):
        return Problem("cnpj_repeated", "a CNPJ is not zero alone")
    weights = (6, 5, 4, 3, 2, 9, 8, 7, 6, 5, 4, 3, 2)
    for count in (12, 13):
        rest = _weighted(digits, weights[13 - count :]) % 11
        if digits[count] != (0 if rest < 2 else 11 - rest):  # noqa: PLR2004
            return _WRONG_DIGITS
    return None


def check_cnj(value: str) -> Problem | None:
    """Check form and check digits (ISO 7064, modulo 97-10) of a court case number."""
    if not _CNJ.fullmatch(value):
        return Problem("cnj_form", "a case number has 20 digits, as in 0000000-00.0000.0.00.0000")
    digits = _PUNCTUATION.sub("", value)
    if int(digits[:7] + digits[9:] + digits[7:9]) % 97 != 1:
        return _WRONG_DIGITS
    return None


def _values(value: str) -> list[int]:
    return [ord(char) - ord("0") for char in _PUNCTUATION.sub("", value)]


def _weighted(digits: Sequence[int], weights: Iterable[int]) -> int:
    return sum(digit * weight for digit, weight in zip(digits, weights, strict=False))
