"""Check digits, dates and sums."""

import json
from pathlib import Path

import pytest

from annotations.validators import check

DEV = Path(__file__).parents[4] / "shared" / "data" / "dev"


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        ("cpf", "529.982.247-25"),
        ("cpf", " 52998224725 "),
        ("cnpj", "11.222.333/0001-81"),
        ("cnpj", "12ABC34501DE35"),
        ("cnpj", "12.ABC.345/01DE-35"),
        ("cnj", "0000001-71.2010.8.26.0000"),
        ("date", "29/02/2024"),
        ("date", "1º de março de 1998"),
        ("date", "8 de Maio de 2010"),
        ("money", "R$ 1.234,56"),
        ("money", "12,00"),
        ("text", "qualquer coisa"),
        ("choice", "a"),
    ],
)
def test_what_is_right_passes(kind: str, value: str) -> None:
    if kind == "cnj":
        digits = "".join(char for char in value if char.isdigit())
        check_digits = 98 - int(digits[:7] + digits[9:] + "00") % 97
        value = f"0000001-{check_digits:02d}.2010.8.26.0000"
    assert check(kind, value) is None


@pytest.mark.parametrize(
    ("kind", "value", "code"),
    [
        ("cpf", "529.982.247-26", "check_digits"),
        ("cpf", "529.982.247-15", "check_digits"),
        ("cpf", "111.111.111-11", "cpf_repeated"),
        ("cpf", "529.982.247", "cpf_form"),
        ("cpf", "５２９９８２２４７２５", "cpf_form"),
        ("cnpj", "11.222.333/0001-80", "check_digits"),
        ("cnpj", "12ABC34501DE36", "check_digits"),
        ("cnpj", "12abc34501de35", "cnpj_form"),
        ("cnpj", "00.000.000/0000-00", "cnpj_repeated"),
        ("cnj", "0000001-00.2010.8.26.0000", "check_digits"),
        ("cnj", "1-00.2010", "cnj_form"),
        ("date", "31/02/2024", "date_impossible"),
        ("date", "31 de abril de 2024", "date_impossible"),
        ("date", "2024-02-01", "date_form"),
        ("date", "1 de brumário de 1998", "date_form"),
        ("money", "R$ 1234.56", "money_form"),
        ("money", "R$ 12.34,56", "money_form"),
        ("cpf", "", "cpf_form"),
    ],
)
def test_what_is_wrong_is_named(kind: str, value: str, code: str) -> None:
    problem = check(kind, value)
    assert problem is not None
    assert problem.code == code


def test_the_generated_documents_agree() -> None:
    if not DEV.is_dir():
        pytest.skip("the development pages are not beside this checkout")
    prefixes = {"cpf": "cpf", "cnpj": "cnpj", "processo": "cnj"}
    seen = 0
    for path in DEV.glob("synthetic/*.json"):
        for field in json.loads(path.read_text())["fields"]:
            kind = prefixes.get(field["name"].split("_")[0])
            if kind and field["dv_valido"] is not None:
                assert (check(kind, field["value"]) is None) is field["dv_valido"], field
                seen += 1
    assert seen > 15
