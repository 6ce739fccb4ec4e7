"""Pages over REST: lists, detail, pictures, history."""

from typing import TYPE_CHECKING

import pytest
from django.core.files.storage import default_storage
from pytest_django import DjangoAssertNumQueries

from annotations.models import Blob, Page, Project, WordLayout
from tests.api_client import writing
from tests.rows import make_document, make_open_page, make_page, make_prediction

if TYPE_CHECKING:
    from tests.annotations.api.conftest import ProgramFor

pytestmark = pytest.mark.django_db

KEYS = {
    "id", "document", "number", "width", "height", "state", "version", "content", "spans",
    "fields_version", "base_prediction", "latest_revision", "prediction", "prelabel_state",
    "image_url", "split",
}  # fmt: skip
PREDICTION_KEYS = {
    "id", "engine", "content", "doubts", "truncated", "tail_repetition", "stopped_by_guard",
    "degenerate",
}  # fmt: skip


def test_a_page_has_the_promised_members(page: Page, program: "ProgramFor") -> None:
    answer = program("leitora").get(f"pages/{page.id}/")
    assert answer["ETag"] == '"v0"'
    assert answer["Cache-Control"] == "no-store"
    told = answer.json()
    assert told.keys() >= KEYS
    assert told["prediction"].keys() >= PREDICTION_KEYS
    assert told["prediction"]["engine"] == "motor@1"
    assert told["content"] == told["prediction"]["content"]
    assert told["base_prediction"] == told["prediction"]["id"]
    assert (told["latest_revision"], told["split"]) == (None, "train")
    assert told["image_url"] == f"/api/v1/pages/{page.id}/image/?v={page.image_sha256[:12]}"


def test_a_page_is_opened_in_three_queries(
    page: Page, program: "ProgramFor", django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    reader = program("leitora")
    reader.get("me/")
    with django_assert_num_queries(4):  # token, page, role, the page with all that it shows
        reader.get(f"pages/{page.id}/")


def test_a_page_without_prediction_or_image_still_opens(
    project: Project, program: "ProgramFor"
) -> None:
    document = make_document(project)
    bare = Page.objects.create(
        project=project,
        document=document,
        number=1,
        state="excluded",
        state_before_exclusion="waiting",
        error_code="corrupt",
    )
    told = program("leitora").get(f"pages/{bare.id}/").json()
    assert (told["prediction"], told["base_prediction"], told["image_url"]) == (None, None, None)
    assert told["content"]["text"] is None
    assert program("leitora").get(f"pages/{bare.id}/image/").json()["code"] == "no_image"


def test_content_is_the_head_revision_after_a_submit(page: Page, program: "ProgramFor") -> None:
    body = writing(page, "São João", spans=[{"zone": "text", "start": 0, "end": 3, "kind": "sic"}])
    answer = program("revisora").post(f"pages/{page.id}/submit/", body, If_Match='"v0"')
    assert (answer.status_code, answer["ETag"]) == (200, '"v1"')
    told = program("leitora").get(f"pages/{page.id}/").json()
    assert told == answer.json()
    assert (told["state"], told["content"]["text"]) == ("corrected", "São João")
    assert told["spans"] == body["spans"]
    assert told["latest_revision"]["author"] == "revisora"
    assert told["latest_revision"]["created_at"].endswith("Z")


def test_pages_are_filtered_and_listed_in_one_query(
    project: Project, program: "ProgramFor", django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    pages = [make_open_page(project, seed, f"palavra{seed} comum") for seed in range(5)]
    waiting = make_page(make_document(project, 9), state="waiting")
    reader = program("leitora")
    reader.get("me/")
    with django_assert_num_queries(4):  # token, project, role, list
        everything = reader.get("projects/acervo/pages/?limit=100").json()["results"]
    assert len(everything) == 6

    def found(query: str) -> list[str]:
        return [
            row["id"] for row in reader.get(f"projects/acervo/pages/?{query}").json()["results"]
        ]

    assert found("state=waiting&prelabel_state=none") == [str(waiting.id)]
    assert found("q=PALAVRA3") == [str(pages[3].id)]
    assert len(found("q=comum")) == 5
    assert found("updated_after=2100-01-01T00:00:00-03:00") == []
    assert len(found("q=")) == 6


def test_pictures_are_never_active_content(page: Page, program: "ProgramFor") -> None:
    for name in ("image", "thumbnail"):
        path = f"pages/{page.id}/{name}/"
        answer = program("leitora").get(f"{path}?v={page.image_sha256[:12]}")
        assert answer.status_code == 200
        assert answer["Content-Type"] == "image/png"
        assert answer["X-Content-Type-Options"] == "nosniff"
        assert answer["Content-Security-Policy"] == "sandbox"
        assert answer["Cache-Control"] == "private, max-age=31536000, immutable"
        assert answer.getvalue().startswith(b"\x89PNG")
        unversioned = program("leitora").get(path)
        assert unversioned["Cache-Control"] == "private, no-cache"
        unversioned.getvalue()
        assert program("leitora").get(f"{path}?v={'0' * 12}").status_code == 404


def test_bytes_that_are_no_picture_are_not_sent(page: Page, program: "ProgramFor") -> None:
    Blob.objects.filter(id=page.image_id).update(media_type="text/html")
    assert program("leitora").get(f"pages/{page.id}/image/").status_code == 404


def test_a_picture_missing_from_the_store_is_told(page: Page, program: "ProgramFor") -> None:
    assert page.image is not None
    default_storage.delete(page.image.key)
    answer = program("leitora").get(f"pages/{page.id}/image/")
    assert (answer.status_code, answer.json()["code"]) == (404, "no_image")


def test_words_are_empty_until_they_are_found(page: Page, program: "ProgramFor") -> None:
    path = f"pages/{page.id}/words/"
    told = program("leitora").get(path).json()
    assert (told["words"], told["regions"], told["recogniser_version"]) == ([], [], None)
    word = ["Certidão", 1, 2, 30, 9, 96.5, "1"]
    region = {"box": [0, 0, 120, 160], "zone": "text", "trust": 0.9, "angle": 0.0}
    WordLayout.objects.create(
        page=page,
        image_sha256=page.image_sha256,
        recogniser_version="t5",
        layout={"words": [word], "regions": [region]},
        trust=0.9,
    )
    told = program("leitora").get(path).json()
    assert (told["words"], told["regions"], told["trust"]) == ([word], [region], 0.9)


def test_history_is_told_in_a_fixed_number_of_queries(
    page: Page, program: "ProgramFor", django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    reviewer, approver = program("revisora"), program("aprovadora")
    for round_ in range(3):
        version = f'"v{round_ * 2}"'
        path = f"pages/{page.id}/"
        reviewer.post(f"{path}submit/", writing(page, f"texto {round_}"), If_Match=version)
        verdict = {"verdict": "send_back", "comment": f"nota {round_}"}
        approver.post(f"{path}verdict/", verdict, If_Match=f'"v{round_ * 2 + 1}"')
        make_prediction(page, f"leitura {round_}")
    reader = program("leitora")
    reader.get("me/")
    with django_assert_num_queries(7):  # token, page, role, revisions, verdicts, users, comments
        revisions = reader.get(f"pages/{page.id}/revisions/").json()["results"]
    assert [row["number"] for row in revisions] == [3, 2, 1]
    assert revisions[0]["verdicts"][0]["comments"] == ["nota 2"]
    with django_assert_num_queries(4):
        predictions = reader.get(f"pages/{page.id}/predictions/").json()["results"]
    assert predictions[0]["content"]["text"] == "leitura 2"
    assert len(predictions) == 4
    with django_assert_num_queries(4):
        events = reader.get(f"pages/{page.id}/events/").json()["results"]
    assert [row["verb"] for row in events] == ["page.sent_back", "page.submitted"] * 3
    assert "texto" not in str(events)
