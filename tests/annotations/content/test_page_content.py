"""The JSON form of a page's content."""

import pytest

from annotations.content import ContentError, FieldValue, PageContent, Span, read_spans
from annotations.states import FieldSource, FieldStatus, SpanKind


def test_canonical_json_has_one_order_and_leaves_null_out() -> None:
    content = PageContent.from_json({"text": "ação\nfim", "margin": "", "header": "A “b”"})
    assert content.canonical_json() == '{"header": "A “b”", "margin": "", "text": "ação\\nfim"}'
    assert PageContent().canonical_json() == "{}"


def test_plain_text_joins_the_zones_that_hold_text() -> None:
    content = PageContent.from_json({"text": "c", "footer": None, "margin": "", "header": "a"})
    assert content.plain_text() == "a\nc"


def test_json_round_trip_keeps_null_and_empty_apart() -> None:
    content = PageContent.from_json({"header": "", "text": "x", "fields": {"cpf": "1"}})
    assert content.to_json()["header"] == ""
    assert content.to_json()["footer"] is None
    assert PageContent.from_json(content.to_json()) == content


def test_a_bare_string_means_present() -> None:
    fields = PageContent.from_json(
        {"fields": {"a": "x", "b": None, "c": ["1", "2"], "d": ""}}
    ).fields
    assert fields["a"] == FieldValue("x", FieldStatus.PRESENT, FieldSource.PERSON)
    assert fields["b"].status is FieldStatus.ABSENT
    assert fields["c"].texts() == ["1", "2"]
    assert fields["d"].status is FieldStatus.EMPTY


def test_a_field_keeps_its_status_and_source() -> None:
    obj = {"fields": {"cpf": {"value": None, "status": "unreadable", "source": "engine"}}}
    value = PageContent.from_json(obj).fields["cpf"]
    assert (value.status, value.source) == (FieldStatus.UNREADABLE, FieldSource.ENGINE)
    assert value.texts() == []


@pytest.mark.parametrize(
    ("obj", "code"),
    [
        ([], "not_an_object"),
        ("texto", "not_an_object"),
        ({"corpo": "x"}, "unknown_key"),
        ({"text": 3}, "zone_type"),
        ({"text": ["x"]}, "zone_type"),
        ({"fields": "nao-lista"}, "fields_type"),
        ({"fields": {"": "x"}}, "field_name"),
        ({"fields": {"a" * 101: "x"}}, "field_name"),
        ({"fields": {"a": 3}}, "field_type"),
        ({"fields": {"a": ["x", None]}}, "field_type"),
        ({"fields": {"a": ["x"] * 501}}, "too_many_values"),
        ({"fields": {"a": {"value": "x", "note": "y"}}}, "unknown_key"),
        ({"fields": {"a": {"value": "x", "status": "seen"}}}, "choice"),
        ({"fields": {"a": {"value": "x", "status": []}}}, "choice"),
        ({"fields": {"a": {"value": None, "status": "present"}}}, "field_without_value"),
        ({"fields": {str(n): "x" for n in range(201)}}, "too_many_fields"),
        ({"text": "ã" * 500_001}, "too_long"),
    ],
)
def test_what_is_wrong_is_named(obj: object, code: str) -> None:
    with pytest.raises(ContentError) as caught:
        PageContent.from_json(obj)
    assert caught.value.code == code


def test_the_message_names_the_place() -> None:
    with pytest.raises(ContentError, match=r"^fields\.cpf\.status: is one of present, "):
        PageContent.from_json({"fields": {"cpf": {"value": "1", "status": "x"}}})


def test_spans_are_held_against_the_zone_that_they_mark() -> None:
    content = PageContent(text="ação 𝄞!")
    marks = [{"zone": "text", "start": 5, "end": 7, "kind": "illegible"}]
    spans = read_spans(marks, content)
    assert spans == [Span("text", 5, 7, SpanKind.ILLEGIBLE)]
    assert [span.to_json() for span in spans] == marks
    assert read_spans(None, content) == []


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"end": 8}, "span_range"),
        ({"start": -1}, "span_range"),
        ({"start": 2, "end": 2}, "span_range"),
        ({"start": True}, "span_range"),
        ({"zone": "header"}, "span_zone"),
        ({"zone": "plain_text"}, "span_zone"),
        ({"zone": ["text"]}, "span_zone"),
        ({"kind": "blot"}, "span_kind"),
        ({"kind": []}, "span_kind"),
        ({"more": 1}, "span_type"),
    ],
)
def test_a_span_outside_its_zone_is_refused(changes: dict[str, object], code: str) -> None:
    mark = {"zone": "text", "start": 0, "end": 1, "kind": "sic"} | changes
    with pytest.raises(ContentError) as caught:
        read_spans([mark], PageContent(text="ação 𝄞!"))
    assert caught.value.code == code


def test_marks_have_a_limit() -> None:
    mark = {"zone": "text", "start": 0, "end": 1, "kind": "sic"}
    with pytest.raises(ContentError, match="at most 2000 marks"):
        read_spans([mark] * 2_001, PageContent(text="x"))
    with pytest.raises(ContentError, match="a list"):
        read_spans("marks", PageContent(text="x"))
