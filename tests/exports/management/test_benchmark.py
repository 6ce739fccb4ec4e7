"""`benchmark`: what a person or a script types to learn which engine reads better."""

import io
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.db.utils import IntegrityError

from annotations.engines import base, registry
from annotations.models import Engine, Event, Page, Project
from annotations.prelabel.engines import EngineSettings, add_engine, use_engine
from exports.models import Evaluation, EvaluationItem, Release

Approve = Callable[..., Page]
Cast = dict[str, Any]

TRUE_TEXT = "Certidão lavrada em 3 de março."
HEADER = "Cartório"
RIGHT = json.dumps({"header": HEADER, "text": TRUE_TEXT}, ensure_ascii=False)
OTHER_ORDER = json.dumps({"text": TRUE_TEXT, "header": HEADER}, ensure_ascii=False)
WRONG_ZONE = json.dumps({"text": f"{HEADER}\n{TRUE_TEXT}"}, ensure_ascii=False)


def benchmark(*arguments: str) -> dict[str, Any]:
    out = io.StringIO()
    call_command("benchmark", *arguments, "--json", stdout=out)
    answer: dict[str, Any] = json.loads(out.getvalue())
    return answer


def figures(*arguments: str) -> dict[str, Any]:
    engine: dict[str, Any] = benchmark(*arguments)["engines"][0]
    return engine


@pytest.fixture
def replay(cast: Cast, tmp_path: Path) -> Callable[..., Engine]:
    """Return `replay(name, answers)`: an engine that gives recorded answers."""

    def make(name: str, answers: dict[str, Any], **settings: Any) -> Engine:
        path = tmp_path / f"{name}.json"
        path.write_text(json.dumps(answers))
        return add_engine(
            actor=cast["gerente"],
            name=name,
            settings=EngineSettings(
                adapter="replay", parameters={"answers": str(path)}, **settings
            ),
        )

    return make


@pytest.fixture
def pages(approve: Approve) -> list[Page]:
    return [approve(seed, TRUE_TEXT, split="test") for seed in range(4)]


@pytest.fixture
def dataset(pages: list[Page], tmp_path: Path) -> Path:
    """Return an export of the four pages, all in the split `test`."""
    call_command("export_dataset", project="acervo", output=tmp_path / "out", stdout=io.StringIO())
    return tmp_path / "out"


def row_ids(pages: list[Page]) -> list[str]:
    return sorted(page.row_id() for page in pages)


def test_two_engines_are_told_apart_on_a_directory(
    dataset: Path, pages: list[Page], replay: Callable[..., Engine]
) -> None:
    ids = row_ids(pages)
    replay("bom", dict.fromkeys(ids, OTHER_ORDER))
    replay("ruim", {**dict.fromkeys(ids, WRONG_ZONE), ids[0]: "Certidao"})
    answer = benchmark("--engine", "bom", "--engine", "ruim", "--dataset", str(dataset))
    good, bad = answer["engines"]
    assert (good["name"], good["engine"], good["pages"], good["errors"]) == ("bom", "bom@1", 4, 0)
    assert good["dharma_score"] == 1
    assert good["dharma_score_as_published"] < 0.9
    assert (good["cer"], good["wer"], good["word_f1"], good["wrong_zone"]) == (0, 0, 1, 0)
    assert (good["degeneration"], good["degenerate_interval"][0]) == (0, 0)
    assert bad["dharma_score"] < good["dharma_score"]
    assert bad["wrong_zone"] == pytest.approx(3 * len(HEADER) / (3 * 39 + 6), abs=0.05)
    assert good["kinds"]["printed"]["pages"] == 4
    assert good["based_on"]["motor@1"]["pages"] == 4
    (difference,) = answer["differences"]
    assert difference["engines"] == ["bom@1", "ruim@1"]
    gap = difference["dharma_score"]
    assert gap["difference"] == pytest.approx(good["dharma_score"] - bad["dharma_score"])
    assert gap["low"] <= gap["difference"] <= gap["high"]
    assert difference["cer"]["difference"] == pytest.approx(good["cer"] - bad["cer"])
    assert answer["published"][0] == {
        "system": "olmOCR-2-7B, SFT+DPO by the authors",
        "score": 0.927,
        "degeneration": 0.004,
        "pages": 496,
        "measured": False,
    }


def test_people_get_lines(dataset: Path, pages: list[Page], replay: Callable[..., Engine]) -> None:
    replay("bom", dict.fromkeys(row_ids(pages), RIGHT), price={"per_hour": 3.6})
    out = io.StringIO()
    call_command("benchmark", "--engine", "bom", "--dataset", str(dataset), stdout=out)
    assert out.getvalue().startswith("bom@1: 4 pages\n  score 1.000 (lev 1.000, bleu 1.000)")
    assert "degenerate 0 (0.00%–48.99%)" in out.getvalue()
    assert "not measured here:\n  0.927   0.40%  olmOCR-2-7B" in out.getvalue()


def test_figures_are_told_again_from_what_was_answered(
    dataset: Path, pages: list[Page], replay: Callable[..., Engine]
) -> None:
    engine = replay("motor2", dict.fromkeys(row_ids(pages), WRONG_ZONE))
    first = benchmark("--engine", "motor2", "--dataset", str(dataset))
    assert benchmark("--engine", "motor2", "--dataset", str(dataset)) == first
    assert Evaluation.objects.count() == 1
    assert EvaluationItem.objects.count() == 4
    assert Evaluation.objects.get().engine == engine
    verbs = Event.objects.filter(noun="evaluation").order_by("id").values_list("verb", flat=True)
    assert [verb.partition(".")[2] for verb in verbs] == ["begun", *["answered"] * 4, "resumed"]


def test_what_ended_in_an_error_is_asked_for_again_and_counts_as_empty(
    dataset: Path, pages: list[Page], replay: Callable[..., Engine]
) -> None:
    ids = row_ids(pages)
    replay("falho", dict.fromkeys(ids[1:], RIGHT))
    out = io.StringIO()
    with pytest.raises(SystemExit) as ended:
        call_command(
            "benchmark", "--engine", "falho", "--dataset", str(dataset), "--json", stdout=out
        )
    assert ended.value.code == 3
    (told,) = json.loads(out.getvalue())["engines"]
    assert (told["pages"], told["errors"], told["dharma_score"]) == (4, 1, 0.75)
    item = EvaluationItem.objects.exclude(error="").get()
    assert (item.row_id, item.raw, item.error) == (
        ids[0],
        "",
        "no answer was recorded for this page",
    )
    with pytest.raises(SystemExit):
        benchmark("--engine", "falho", "--dataset", str(dataset))
    assert EvaluationItem.objects.filter(error="").count() == 3
    assert EvaluationItem.objects.exclude(error="").count() == 2


def test_a_projects_split_grows_and_only_what_is_new_is_asked_for(
    pages: list[Page], approve: Approve, replay: Callable[..., Engine]
) -> None:
    more = [*pages, approve(9, TRUE_TEXT, split="train")]
    replay("bom", {page.row_id(): RIGHT for page in more} | {"d10": RIGHT})
    assert figures("--engine", "bom", "--project", "acervo")["pages"] == 4
    assert figures("--engine", "bom", "--project", "acervo", "--split", "train")["pages"] == 1
    approve(10, TRUE_TEXT, split="test", external_id="d10")
    assert figures("--engine", "bom", "--project", "acervo")["pages"] == 5
    assert EvaluationItem.objects.count() == 6


def test_blank_pages_count_apart(
    pages: list[Page], approve: Approve, replay: Callable[..., Engine], project: Project
) -> None:
    from annotations.content import PageContent
    from annotations.models import Revision
    from tests.rows import make_document, make_page

    blank = make_page(make_document(project, 20, group_key="g0"))
    model = Revision.objects.get(id=pages[0].head_revision_id)
    revision = Revision.objects.create(
        page=blank,
        number=1,
        content=PageContent().to_json(),
        author=model.author,
        fields_version=model.fields_version,
        guideline_version=model.guideline_version,
        verification=model.verification,
    )
    Page.objects.filter(id=blank.id).update(head_revision=revision, state="approved")
    replay("bom", {**dict.fromkeys(row_ids(pages), RIGHT), blank.row_id(): "{}"})
    told = figures("--engine", "bom", "--project", "acervo")
    assert (told["pages"], told["blank"], told["blank_right"], told["dharma_score"]) == (5, 1, 1, 1)
    assert told["based_on"][""]["pages"] == 1


def test_loops_latency_tokens_and_cost_are_told(
    dataset: Path, pages: list[Page], replay: Callable[..., Engine]
) -> None:
    ids = row_ids(pages)
    answers: dict[str, Any] = {
        row_id: {"raw": RIGHT, "seconds": seconds, "output_tokens": 100}
        for row_id, seconds in zip(ids, (1, 2, 3, 4), strict=True)
    }
    answers[ids[0]] |= {"raw": "de março " * 40, "finish_reason": "length"}
    answers[ids[1]] |= {"finish_reason": "guard"}
    replay("caro", answers, price={"per_hour": 3.6})
    told = figures("--engine", "caro", "--dataset", str(dataset))
    assert (told["degenerate"], told["degeneration"]) == (2, 0.5)
    assert (told["truncated"], told["tail_repetition"], told["stopped_by_guard"]) == (1, 1, 1)
    assert (told["latency_p50"], told["latency_p95"]) == (2.5, pytest.approx(3.85))
    assert (told["seconds"], told["output_tokens"], told["input_tokens"]) == (10, 400, None)
    assert told["cost_per_million_pages"] == pytest.approx(2500)
    assert told["idle_cost_per_million_pages"] == 0  # recorded seconds were not spent here


def test_an_engine_is_not_judged_by_what_it_was_trained_on(
    dataset: Path,
    pages: list[Page],
    replay: Callable[..., Engine],
    approve: Approve,
    tmp_path: Path,
) -> None:
    seen = approve(30, TRUE_TEXT, split="train")
    call_command("export_dataset", project="acervo", output=tmp_path / "b", stdout=io.StringIO())
    release = Release.objects.latest("number")
    engine = replay("tuned", dict.fromkeys(row_ids([*pages, seen]), RIGHT))
    Engine.objects.filter(id=engine.id).update(trained_on=[{"release_sha256": release.sha256}])
    asked = ("--engine", "tuned", "--dataset", str(tmp_path / "b"))
    with pytest.raises(CommandError, match="tuned@1 was trained on 1 of these pages") as refusal:
        benchmark(*asked)
    assert refusal.value.returncode == 1
    assert not EvaluationItem.objects.exists()
    marked = figures(*asked, "--allow-contaminated")
    assert (marked["pages"], marked["contaminated"]) == (5, 1)
    assert Evaluation.objects.get().contaminated
    assert figures(*asked, "--split", "test")["contaminated"] == 0


def test_training_that_nobody_here_knows_of_is_refused(
    dataset: Path, pages: list[Page], replay: Callable[..., Engine]
) -> None:
    engine = replay("alheio", dict.fromkeys(row_ids(pages), RIGHT))
    Engine.objects.filter(id=engine.id).update(trained_on=[{"release_sha256": "0" * 64}])
    with pytest.raises(CommandError, match="a release that is not in this installation"):
        benchmark("--engine", "alheio", "--dataset", str(dataset))
    told = figures("--engine", "alheio", "--dataset", str(dataset), "--allow-contaminated")
    assert told["contaminated"] == 4


def test_a_sweep_asks_at_every_point(
    dataset: Path, pages: list[Page], replay: Callable[..., Engine], tmp_path: Path
) -> None:
    ids = row_ids(pages)
    replay("bom", dict.fromkeys(ids, RIGHT))
    replay("ruim", dict.fromkeys(ids, WRONG_ZONE))
    files = f"{tmp_path}/bom.json,{tmp_path}/ruim.json"
    answer = benchmark("--engine", "bom", "--dataset", str(dataset), "--sweep", f"answers={files}")
    assert [one["settings"]["answers"] for one in answer["engines"]] == files.split(",")
    assert [one["dharma_score"] for one in answer["engines"]] == [1, pytest.approx(1)]
    assert [one["wrong_zone"] > 0 for one in answer["engines"]] == [False, True]
    assert len(answer["differences"]) == 1
    assert Evaluation.objects.count() == 2


def test_answers_that_changed_since_the_engine_was_added_are_refused(
    dataset: Path, pages: list[Page], replay: Callable[..., Engine], tmp_path: Path
) -> None:
    replay("bom", dict.fromkeys(row_ids(pages), RIGHT))
    (tmp_path / "bom.json").write_text("{}")
    with pytest.raises(CommandError, match="has changed since this engine was added"):
        benchmark("--engine", "bom", "--dataset", str(dataset))


def test_an_engine_that_cannot_begin_says_so_in_one_line(
    dataset: Path, replay: Callable[..., Engine], monkeypatch: pytest.MonkeyPatch
) -> None:
    class Broken:
        facts = base.EngineFacts("replay", "1")

        def read(self, requests: object) -> None:
            raise base.EngineError("the model's context is too small")

    replay("bom", {})
    monkeypatch.setattr(registry, "build", lambda *_given, **_more: Broken())
    with pytest.raises(CommandError, match="context is too small") as refusal:
        benchmark("--engine", "bom", "--dataset", str(dataset))
    assert refusal.value.returncode == 1


def test_pages_are_not_sent_away_without_consent(
    dataset: Path, pages: list[Page], replay: Callable[..., Engine], cast: Cast, project: Project
) -> None:
    engine = replay("nuvem", dict.fromkeys(row_ids(pages), RIGHT))
    Engine.objects.filter(id=engine.id).update(sends_data_to_third_party=True)
    engine.refresh_from_db()
    for where in (("--dataset", str(dataset)), ("--project", "acervo")):
        with pytest.raises(CommandError, match="sends pages to a third party"):
            benchmark("--engine", "nuvem", *where)
    use_engine(actor=cast["gerente"], project=project, engine=engine, consent=True)
    assert figures("--engine", "nuvem", "--dataset", str(dataset))["pages"] == 4


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--engine", "nenhum", "--project", "acervo"), "There is no engine “nenhum”"),
        (("--engine", "bom", "--project", "outro"), "There is no project “outro”"),
        (("--engine", "bom", "--dataset", "org/dataset"), "org/dataset is no directory: download"),
        (("--engine", "bom", "--dataset", "."), "no column id|holds no Parquet file"),
        (("--engine", "bom", "--project", "acervo", "--split", "dev"), "--split is one of train, "),
        (("--engine", "bom", "--project", "acervo", "--split", "validation"), "no gold pages here"),
        (("--engine", "bom", "--project", "acervo", "--sweep", "psm"), "--sweep takes k=a,b,c"),
        (("--engine", "bom", "--project", "acervo", "--sweep", "psm=1"), "replay takes the param"),
        (("--engine", "bom", "--project", "acervo", "--as", "estranha"), "Not found"),
        (("--engine", "bom", "--project", "acervo", "--as", "aprovadora"), "Your role"),
    ],
)
def test_what_cannot_be_measured_is_refused_in_one_line(
    arguments: tuple[str, ...],
    said: str,
    pages: list[Page],
    replay: Callable[..., Engine],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    replay("bom", dict.fromkeys(row_ids(pages), RIGHT))
    monkeypatch.chdir(tmp_path)
    with pytest.raises(CommandError, match=said) as refusal:
        benchmark(*arguments)
    assert refusal.value.returncode == 1
    assert "\n" not in str(refusal.value)
    assert not Evaluation.objects.exists()


def test_a_directory_is_for_staff(
    dataset: Path, pages: list[Page], replay: Callable[..., Engine], cast: Cast
) -> None:
    replay("bom", dict.fromkeys(row_ids(pages), RIGHT))
    with pytest.raises(CommandError, match="Only staff"):
        benchmark("--engine", "bom", "--dataset", str(dataset), "--as", "gerente")
    assert figures("--engine", "bom", "--project", "acervo", "--as", "gerente")["pages"] == 4
    assert Evaluation.objects.get().requested_by == cast["gerente"]


def test_answers_are_never_changed(
    dataset: Path, pages: list[Page], replay: Callable[..., Engine]
) -> None:
    replay("bom", dict.fromkeys(row_ids(pages), RIGHT))
    benchmark("--engine", "bom", "--dataset", str(dataset))
    with pytest.raises(IntegrityError, match="append-only"), connection.cursor() as cursor:
        cursor.execute("UPDATE exports_evaluationitem SET raw = ''")


def test_the_benchmarks_own_columns_are_read_and_a_broken_image_is_an_error(
    replay: Callable[..., Engine], tmp_path: Path
) -> None:
    import pyarrow as pa
    import pyarrow.parquet as pq

    from tests.rows import make_image

    images = [make_image(1), b"<svg/>"]
    table = {
        "id": ["doc-1", "doc-2"],
        "image": [{"bytes": image, "path": "x.png"} for image in images],
        "assistant": [OTHER_ORDER, OTHER_ORDER],
        "assistant_without_json": ["", ""],
    }
    (tmp_path / "gold").mkdir()
    pq.write_table(pa.table(table), tmp_path / "gold/test-00000-of-00001.parquet")
    replay("bom", dict.fromkeys(table["id"], OTHER_ORDER))
    out = io.StringIO()
    with pytest.raises(SystemExit):
        call_command(
            "benchmark",
            "--engine",
            "bom",
            "--dataset",
            str(tmp_path / "gold"),
            "--json",
            stdout=out,
        )
    (told,) = json.loads(out.getvalue())["engines"]
    assert (told["pages"], told["errors"]) == (2, 1)
    assert told["dharma_score"] == told["dharma_score_as_published"] == 0.5
    broken = EvaluationItem.objects.get(row_id="doc-2")
    assert broken.error.startswith("the image cannot be read")


def test_an_image_of_too_many_pixels_is_never_opened(
    dataset: Path,
    pages: list[Page],
    replay: Callable[..., Engine],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("exports.actions.asking.MAX_DECODED_PIXELS", 120 * 160 - 1)
    replay("bom", dict.fromkeys(row_ids(pages), RIGHT))
    with pytest.raises(SystemExit):
        benchmark("--engine", "bom", "--dataset", str(dataset))
    assert {item.error for item in EvaluationItem.objects.all()} == {
        "the image has more than 19,199 pixels"
    }


def test_a_device_that_waits_between_answers_costs_too(
    dataset: Path, pages: list[Page], replay: Callable[..., Engine]
) -> None:
    answers = {key: {"raw": RIGHT, "seconds": 1e-9} for key in row_ids(pages)}
    replay("caro", answers, price={"per_hour": 3_600_000})
    told = figures("--engine", "caro", "--dataset", str(dataset))
    assert told["cost_per_million_pages"] == 1
    assert told["idle_cost_per_million_pages"] > 1


def test_a_better_scan_of_a_page_is_asked_about_anew(
    pages: list[Page], replay: Callable[..., Engine], project: Project
) -> None:
    from tests.rows import make_blob, make_image

    ids = row_ids(pages)
    replay("bom", dict.fromkeys(ids, RIGHT))
    figures("--engine", "bom", "--project", "acervo")
    blob = make_blob(project, make_image(50))
    Page.objects.filter(id=pages[0].id).update(image=blob, image_sha256=blob.sha256)
    assert figures("--engine", "bom", "--project", "acervo")["dharma_score"] == 1
    assert EvaluationItem.objects.filter(row_id=pages[0].row_id()).count() == 2
    assert EvaluationItem.objects.count() == 5
