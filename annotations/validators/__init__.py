"""PURE: check digits, dates and sums of typed fields."""

from collections.abc import Callable

from annotations.states import FieldType
from annotations.validators.amounts import check_date, check_money
from annotations.validators.identifiers import check_cnj, check_cnpj, check_cpf
from annotations.validators.problems import Problem

__all__ = ["Problem", "check"]

_CHECKS: dict[FieldType, Callable[[str], Problem | None]] = {
    FieldType.CPF: check_cpf,
    FieldType.CNPJ: check_cnpj,
    FieldType.CNJ: check_cnj,
    FieldType.DATE: check_date,
    FieldType.MONEY: check_money,
}


def check(kind: FieldType | str, value: str) -> Problem | None:
    """Return what is wrong with a field's value, or None; types without a rule pass.

    The paper may well say something wrong: a problem is a hint for a person, never a refusal.
    """
    rule = _CHECKS.get(FieldType(kind))
    return rule(value.strip()) if rule else None
