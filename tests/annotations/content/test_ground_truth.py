"""Contents from files that hold more than a content."""

import json
from pathlib import Path

import pytest

from annotations.content import (
    ContentError,
    from_ground_truth,
    load_json,
    read_ground_truth_json,
    read_ground_truth_text,
)

DATA = Path(__file__).parents[4] / "shared" / "data"


def shared(path: str) -> Path:
    if not DATA.is_dir():
        pytest.skip("the shared data is not beside this checkout")
    return DATA / path


def test_keys_that_are_no_content_are_passed_over() -> None:
    content = from_ground_truth({"id": "x", "width": 9, "lines": [{"n": 1}], "text": "a"})
    assert content.plain_text() == "a"


def test_fields_may_be_a_list_and_a_name_may_repeat() -> None:
    fields = [
        {"name": "cpf", "value": "1", "dv_valido": True, "lines": [3]},
        {"name": "item", "value": "a"},
        {"name": "item", "value": "b"},
    ]
    content = from_ground_truth({"text": "", "fields": fields})
    assert content.fields["cpf"].value == "1"
    assert content.fields["item"].value == ["a", "b"]


@pytest.mark.parametrize(
    ("obj", "code"),
    [
        ({"title": "x"}, "no_zone"),
        ([1], "not_an_object"),
        ({"text": "x", "fields": "nao-lista"}, "fields_type"),
        ({"text": "x", "fields": ["cpf"]}, "field_type"),
        ({"text": "x", "fields": [{"value": "1"}]}, "field_name"),
        ({"text": 1}, "zone_type"),
    ],
)
def test_ill_typed_truth_is_refused(obj: object, code: str) -> None:
    with pytest.raises(ContentError) as caught:
        from_ground_truth(obj)
    assert caught.value.code == code


def test_a_list_describes_many_pages() -> None:
    pages = read_ground_truth_json(b'[{"text": "1"}, {"text": "2"}]')
    assert [page.text for page in pages] == ["1", "2"]
    with pytest.raises(ContentError, match="1 to 5000 pages"):
        read_ground_truth_json(b"[]")


def test_a_text_file_is_the_text_of_one_page() -> None:
    assert read_ground_truth_text(b"\nlinha 1\r\nlinha 2\r\n")[0].text == "linha 1\nlinha 2"


@pytest.mark.parametrize("name", ["own-gt-invalid.json", "own-gt-deep.json"])
def test_odd_truth_gets_a_clear_answer(name: str) -> None:
    with pytest.raises(ContentError):
        read_ground_truth_json(shared(f"odd/{name}").read_bytes())


def test_json_from_strangers_is_bounded() -> None:
    assert load_json('{"a": [1, "[[["]}') == {"a": [1, "[[["]}
    for text, code in [
        ("[" * 33, "too_deep"),
        ('{"a": 1', "not_json"),
        ('{"a": NaN}', "not_json"),
        ("[" + "9" * 5_000 + "]", "not_json"),
    ]:
        with pytest.raises(ContentError) as caught:
            load_json(text)
        assert caught.value.code == code


def test_an_endless_file_is_refused() -> None:
    with pytest.raises(ContentError, match="at most 33,554,432 bytes"):
        read_ground_truth_text(b" " * (32 * 1024 * 1024 + 1))


def test_every_truth_of_the_development_pages_is_read() -> None:
    files = sorted(shared("dev").glob("*/*.json"))
    assert len(files) == 54
    for path in files:
        (content,) = read_ground_truth_json(path.read_bytes())
        assert content.text == json.loads(path.read_text())["text"]
