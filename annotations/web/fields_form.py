"""The fields a project asks for, as rows of a form and back."""

from typing import Any

from django.http import QueryDict
from django.utils.translation import gettext as _

from annotations.states import FieldType

EMPTY_ROWS = 3  # to fill in; saving brings more
CHOICE_MARK = ";"


def field_types() -> list[tuple[str, str]]:
    """Return the types a field may have, with their names."""
    return [
        (FieldType.TEXT, _("text")),
        (FieldType.CPF, "CPF"),
        (FieldType.CNPJ, "CNPJ"),
        (FieldType.DATE, _("date")),
        (FieldType.MONEY, _("money")),
        (FieldType.CNJ, "CNJ"),
        (FieldType.CHOICE, _("choice")),
    ]


def field_rows(schema: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return a row a field, and empty ones to add fields by."""
    rows = [
        {**field, "choices": f"{CHOICE_MARK} ".join(field.get("choices", []))} for field in schema
    ]
    return [*rows, *({"type": FieldType.TEXT, "empty": True} for _row in range(EMPTY_ROWS))]


def read_rows(posted: QueryDict) -> list[dict[str, Any]]:
    """Read the form's rows; one without a name is no field. Values are judged by the action."""
    names = posted.getlist("name")
    rows = []
    for place, name in enumerate(names):
        if not name.strip():
            continue
        rows.append(
            {
                "name": name.strip(),
                "label": _at(posted, "label", place),
                "type": _at(posted, "type", place) or str(FieldType.TEXT),
                "required": str(place) in posted.getlist("required"),
                "repeated": str(place) in posted.getlist("repeated"),
                "help": _at(posted, "help", place),
                "choices": [
                    choice.strip()
                    for choice in _at(posted, "choices", place).split(CHOICE_MARK)
                    if choice.strip()
                ],
            }
        )
    return rows


def _at(posted: QueryDict, name: str, place: int) -> str:
    values = posted.getlist(name)
    return values[place].strip() if place < len(values) else ""
