"""Dates and sums of money, as Brazilian documents print them."""

import datetime as dt
import re

from annotations.validators.problems import Problem

_DATE = re.compile(r"(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})", re.ASCII)
_LONG_DATE = re.compile(r"(\d{1,2})[º°o]? de (\w+) de (\d{4})\.?")
_MONTHS = [
    "janeiro",
    "fevereiro",
    "março",
    "abril",
    "maio",
    "junho",
    "julho",
    "agosto",
    "setembro",
    "outubro",
    "novembro",
    "dezembro",
]
_MONEY = re.compile(r"(?:R\$\s?)?-?(?:\d{1,3}(?:\.\d{3})+|\d+),\d{2}", re.ASCII)


def check_date(value: str) -> Problem | None:
    """Check a date: `dd/mm/aaaa`, or `8 de maio de 2010`."""
    if short := _DATE.fullmatch(value):
        day, month, year = (int(part) for part in short.groups())
    elif (long := _LONG_DATE.fullmatch(value.lower())) and long.group(2) in _MONTHS:
        day, month, year = int(long[1]), _MONTHS.index(long[2]) + 1, int(long[3])
    else:
        return Problem("date_form", "a date reads dd/mm/aaaa or 8 de maio de 2010")
    try:
        dt.date(year, month, day)
    except ValueError:
        return Problem("date_impossible", "the calendar has no such day")
    return None


def check_money(value: str) -> Problem | None:
    """Check a sum of money: `R$ 1.234,56`, the sign of the currency being optional."""
    if _MONEY.fullmatch(value):
        return None
    return Problem("money_form", "a sum reads R$ 1.234,56")
