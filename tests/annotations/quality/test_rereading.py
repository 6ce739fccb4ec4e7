"""What a newer reading would change on corrected pages: told, and never done."""

import io
import json
from typing import Any

from django.core.management import call_command
from rows import make_document, make_engine, make_page, make_prediction

from annotations.content import FieldValue, PageContent
from annotations.models import Page, Project, User
from annotations.review.submit import submit
from annotations.review.writing import Writing


def corrected(
    project: Project, cast: dict[str, User], seed: int, read: str, written: str, **fields: str
) -> Page:
    """Return a page that was read, and corrected from that reading."""
    page = make_page(make_document(project, seed))
    base = make_prediction(page, read, make_engine("velho"))
    values = {name: FieldValue(value) for name, value in fields.items()}
    writing = Writing(
        content=PageContent(text=written, fields=values),
        base_prediction_id=base.id,
        fields_version=1,
    )
    return submit(actor=cast["revisora"], page=page, version=page.version, writing=writing)


def report(engine: str) -> dict[str, Any]:
    out = io.StringIO()
    call_command("report_rereading", project="acervo", engine=engine, json=True, stdout=out)
    found: dict[str, Any] = json.loads(out.getvalue())
    return found


def test_each_value_is_told_by_how_it_stood_and_stands(
    project: Project, cast: dict[str, User]
) -> None:
    new = make_engine("novo")
    stories = [
        ("Certidao", "Certidão", "Certidão"),
        ("Certidao", "Certidão", "Certidõo"),
        ("Certidão", "Certidão", "Certidao"),
        ("Ofício", "Ofício", "Ofício"),
    ]
    for seed, (read, written, again) in enumerate(stories):
        page = corrected(project, cast, seed, read, written, numero="12")
        make_prediction(page, again, new)
    found = report("novo")
    text = found["values"]["text"]
    assert found["pages"] == 4
    assert [text[key] for key in ("agrees_now", "still_wrong", "regressed", "still_agrees")] == [
        1
    ] * 4
    assert text["cer_before"] == text["cer_after"] == 2 / 30
    assert found["values"]["fields.numero"]["still_wrong"] == 4


def test_the_correction_stays_as_it_is(project: Project, cast: dict[str, User]) -> None:
    page = corrected(project, cast, 1, "Certidao", "Certidão")
    head = page.head_revision_id
    make_prediction(page, "outra coisa", make_engine("novo"))
    report("novo")
    page.refresh_from_db()
    assert (page.head_revision_id, page.state) == (head, "corrected")


def test_a_page_that_was_not_read_again_tells_nothing(
    project: Project, cast: dict[str, User]
) -> None:
    corrected(project, cast, 1, "Certidao", "Certidão")
    assert report("velho") == {"engine": "velho@1", "pages": 0, "values": {}}
