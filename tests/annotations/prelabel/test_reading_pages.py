"""From a queued page to a prediction, through the workers' door."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from annotations import ports
from annotations.errors import DomainError
from annotations.jobs import claim, drain
from annotations.models import (
    Engine,
    Event,
    Page,
    Prediction,
    PrelabelJob,
    PrelabelRun,
    Project,
    ProjectEngine,
    User,
    WordLayout,
    WordsJob,
)
from annotations.prelabel.engines import EngineSettings, add_engine, find_engine, use_engine
from annotations.prelabel.reading import KIND
from annotations.prelabel.runs import cancel_run, run_progress, start_run
from tests.rows import make_document, make_page, make_prediction

LOOP = "a mesma frase outra vez " * 30

Recorded = Callable[..., Engine]


@pytest.fixture
def recorded(tmp_path: Path, project: Project, cast: dict[str, User]) -> Recorded:
    """Return `recorded(answers)`: a replay engine that the project uses."""

    def make(answers: dict[str, object], name: str = "gravado", **options: object) -> Engine:
        path = tmp_path / f"{name}-{len(answers)}.json"
        path.write_text(json.dumps(answers))
        settings = EngineSettings(adapter="replay", parameters={"answers": str(path)}, **options)
        engine = add_engine(actor=cast["gerente"], name=name, settings=settings)
        use_engine(actor=cast["gerente"], project=project, engine=engine)
        return engine

    return make


@pytest.fixture
def page(project: Project) -> Page:
    return make_page(make_document(project, 1), state="waiting")


@pytest.fixture
def no_words(monkeypatch: pytest.MonkeyPatch) -> None:
    """Leave the finding of words to other tests."""
    monkeypatch.setattr("annotations.prelabel.reading.ask_for_words", lambda _page: None)


def run_all(cast: dict[str, User], project: Project, only: str = "") -> PrelabelRun:
    run = start_run(actor=cast["gerente"], project=project, only=only)
    drain("cpu")
    return run


@pytest.mark.usefixtures("no_words")
def test_a_page_that_waits_opens_with_the_engines_text(
    cast: dict[str, User], project: Project, page: Page, recorded: Recorded
) -> None:
    recorded({page.row_id(): '{"text": "Certidão", "header": "ESTADO"}'})
    run = run_all(cast, project)
    page.refresh_from_db()
    assert (page.state, page.prelabel_state) == ("open", "done")
    prediction = page.current_prediction
    assert prediction is not None
    assert prediction.content["header"] == "ESTADO"
    assert prediction.recovered == "exact"
    assert prediction.body.raw == '{"text": "Certidão", "header": "ESTADO"}'
    assert Page.objects.matching("certidao").get() == page
    assert run_progress(run) == {
        "state": "done",
        "counts": {"queued": 0, "running": 0, "done": 1, "failed": 0, "dead": 0},
    }
    assert Event.objects.filter(verb="run.started", data__pages=1).exists()
    assert Event.objects.filter(verb="page.read", noun_id=str(page.id)).exists()


@pytest.mark.usefixtures("no_words")
def test_a_page_without_an_answer_opens_and_says_why(
    cast: dict[str, User], project: Project, page: Page, recorded: Recorded
) -> None:
    recorded({})
    run_all(cast, project)
    page.refresh_from_db()
    assert (page.state, page.prelabel_state) == ("open", "failed")
    job = PrelabelJob.objects.get(page=page)
    assert job.error_detail == "no answer was recorded for this page"


@pytest.mark.usefixtures("no_words")
def test_an_engine_that_cannot_be_built_ends_as_dead_pages(
    cast: dict[str, User], project: Project, page: Page, recorded: Recorded, tmp_path: Path
) -> None:
    engine = recorded({"k": "a"})
    Path(str(engine.parameters["answers"])).unlink()
    start_run(actor=cast["gerente"], project=project)
    for _attempt in range(3):
        PrelabelJob.objects.update(not_before="2000-01-01T00:00:00Z")
        drain("cpu")
    page.refresh_from_db()
    assert (page.state, page.prelabel_state) == ("open", "dead")
    assert "cannot be read" in PrelabelJob.objects.get(page=page).error_detail


@pytest.mark.usefixtures("no_words")
def test_the_newest_answer_is_current_unless_it_loops_and_another_does_not(
    cast: dict[str, User], project: Project, page: Page, recorded: Recorded
) -> None:
    loop = {"raw": LOOP, "finish_reason": "length", "output_tokens": 2_000_000, "seconds": 36}
    recorded({page.row_id(): loop}, price={"per_hour": 2.0})
    run_all(cast, project)
    page.refresh_from_db()
    first = page.current_prediction
    assert first is not None
    assert (first.truncated, first.tail_repetition, first.degenerate) == (True, True, True)
    assert float(first.cost or 0) == pytest.approx(0.02)

    recorded({page.row_id(): "são", "x": "", "y": ""})
    engine = find_engine("gravado@2")
    start_run(actor=cast["gerente"], project=project, engine=engine, only="degenerate")
    drain("cpu")
    page.refresh_from_db()
    healthy = page.current_prediction
    assert healthy is not None
    assert healthy.content["text"] == "são"

    start_run(actor=cast["gerente"], project=project, engine=find_engine("gravado@1"))
    drain("cpu")
    page.refresh_from_db()
    assert page.current_prediction == healthy
    assert Prediction.objects.filter(page=page).count() == 3


@pytest.mark.usefixtures("no_words")
def test_only_says_which_pages_are_read(
    cast: dict[str, User], project: Project, recorded: Recorded
) -> None:
    pages = [make_page(make_document(project, seed)) for seed in range(4)]
    make_prediction(pages[0], engine=recorded({pages[2].row_id(): "a", pages[3].row_id(): "b"}))
    Page.objects.filter(id=pages[1].id).update(
        state="excluded", state_before_exclusion="open", excluded_reason="duplicada"
    )
    run = run_all(cast, project, "missing")
    assert run.jobs.count() == 2
    assert run_all(cast, project, "missing").jobs.count() == 0
    Page.objects.filter(id=pages[2].id).update(prelabel_state="dead")
    assert run_all(cast, project, "failed").jobs.count() == 1
    assert run_all(cast, project).jobs.count() == 3
    with pytest.raises(DomainError, match="Choose missing"):
        run_all(cast, project, "all")


@pytest.mark.usefixtures("no_words")
def test_a_page_that_waits_already_is_not_queued_twice(
    cast: dict[str, User], project: Project, page: Page, recorded: Recorded
) -> None:
    recorded({page.row_id(): "a"})
    start_run(actor=cast["gerente"], project=project)
    assert start_run(actor=cast["gerente"], project=project).jobs.count() == 0
    assert PrelabelJob.objects.count() == 1


@pytest.mark.usefixtures("no_words")
def test_a_cancelled_run_opens_its_pages_and_refuses_late_answers(
    cast: dict[str, User], project: Project, page: Page, recorded: Recorded
) -> None:
    recorded({page.row_id(): "a"})
    run = start_run(actor=cast["gerente"], project=project)
    jobs = claim(KIND, "cpu")
    cancel_run(actor=cast["gerente"], run=run)
    KIND.run(jobs)
    page.refresh_from_db()
    assert (page.state, page.prelabel_state, page.current_prediction) == ("open", "none", None)
    assert run_progress(run)["state"] == "cancelled"
    with pytest.raises(DomainError, match="has ended already"):
        cancel_run(actor=cast["gerente"], run=run)


@pytest.mark.usefixtures("no_words")
def test_a_new_prediction_leaves_approved_text_alone(
    cast: dict[str, User], project: Project, recorded: Recorded
) -> None:
    page = make_page(make_document(project, 1), state="excluded", state_before_exclusion="waiting")
    other = make_page(make_document(project, 2))
    make_prediction(other, "o que se lê")
    recorded({other.row_id(): "outra leitura"})
    run_all(cast, project)
    page.refresh_from_db()
    assert (page.state, page.prelabel_state) == ("excluded", "none")


def test_new_pages_are_read_by_the_projects_first_engine(
    project: Project, page: Page, recorded: Recorded
) -> None:
    engine = recorded({page.row_id(): "a"})
    ports.pages_ready([page])
    job = PrelabelJob.objects.get()
    assert (job.page, job.engine, job.run) == (page, engine, None)
    page.refresh_from_db()
    assert page.prelabel_state == "queued"


@pytest.mark.usefixtures("no_words")
def test_a_page_that_waits_since_it_arrived_joins_a_run(
    cast: dict[str, User], project: Project, page: Page, recorded: Recorded
) -> None:
    recorded({page.row_id(): '{"text": "Certidão"}'})
    ports.pages_ready([page])
    run = run_all(cast, project, only="missing")
    assert run_progress(run)["counts"]["done"] == 1
    assert Prediction.objects.filter(page=page).count() == 1


def test_without_an_engine_new_pages_open_and_only_their_words_are_found(
    project: Project, page: Page
) -> None:
    ports.pages_ready([page])
    page.refresh_from_db()
    assert (page.state, page.prelabel_state) == ("open", "none")
    assert WordsJob.objects.get().page == page
    drain("cpu")
    assert WordLayout.objects.get(page=page).layout["words"] == []
    ports.pages_ready([page])
    assert WordsJob.objects.count() == 1


def test_words_are_found_whatever_engine_reads_the_page(
    cast: dict[str, User], project: Project, page: Page, recorded: Recorded
) -> None:
    recorded({page.row_id(): "a"})
    run_all(cast, project)
    assert WordLayout.objects.filter(page=page, image_sha256=page.image_sha256).count() == 1


def test_tesseract_brings_the_words_along(
    cast: dict[str, User], project: Project, page: Page
) -> None:
    engine = add_engine(
        actor=cast["gerente"], name="tesseract", settings=EngineSettings(adapter="tesseract")
    )
    use_engine(actor=cast["gerente"], project=project, engine=engine)
    run_all(cast, project)
    assert WordLayout.objects.get(page=page).trust == 0
    assert WordsJob.objects.count() == 0
    assert Prediction.objects.get(page=page).engine.model_id == "tesseract-por"


def test_the_same_settings_are_the_same_engine(
    cast: dict[str, User], project: Project, recorded: Recorded
) -> None:
    first = recorded({"k": "a"})
    again = recorded({"k": "a"}, price={"per_hour": 3})
    assert (again.id, again.price) == (first.id, {"per_hour": 3})
    other = recorded({"k": "a", "l": "b"})
    assert (other.name, other.version) == ("gravado", 2)
    assert find_engine("gravado") == other
    assert find_engine("gravado@1") == first
    for name in ("nenhum", "gravado@9", "gravado@x"):
        with pytest.raises(DomainError, match="There is no engine"):
            find_engine(name)


def test_pages_go_to_a_third_party_only_with_consent(
    cast: dict[str, User], project: Project, page: Page, recorded: Recorded
) -> None:
    engine = recorded({"k": "a"})
    Engine.objects.filter(id=engine.id).update(sends_data_to_third_party=True)
    engine.refresh_from_db()
    with pytest.raises(DomainError, match="third party"):
        start_run(actor=cast["gerente"], project=project)
    with pytest.raises(DomainError, match="third party"):
        use_engine(actor=cast["gerente"], project=project, engine=engine)
    ports.pages_ready([page])
    assert not PrelabelJob.objects.exists()
    use_engine(actor=cast["gerente"], project=project, engine=engine, consent=True)
    assert ProjectEngine.objects.get().consent
    start_run(actor=cast["gerente"], project=project)


@pytest.mark.usefixtures("no_words")
def test_the_commands_add_an_engine_and_read_the_pages(
    project: Project, page: Page, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "r.json").write_text(json.dumps({page.row_id(): "lido"}))
    options = [f"--param=answers={tmp_path}/r.json", "--project", "acervo", "--json"]
    call_command("add_engine", "gravado", "--adapter", "replay", *options)
    assert json.loads(capsys.readouterr().out)["version"] == 1
    call_command("prelabel", "--project", "acervo", "--engine", "gravado@1", "--wait", "--json")
    answer = json.loads(capsys.readouterr().out)
    assert answer["state"] == "done"
    assert answer["counts"]["done"] == 1
    assert answer["pages_per_second"] > 0
    call_command("prelabel", "--project", "acervo", "--only", "missing")
    assert capsys.readouterr().out == "0 pages are queued.\n"


@pytest.mark.usefixtures("no_words")
def test_a_command_whose_pages_fail_ends_with_status_3(
    project: Project, page: Page, recorded: Recorded, capsys: pytest.CaptureFixture[str]
) -> None:
    recorded({})
    with pytest.raises(SystemExit) as ended:
        call_command("prelabel", "--project", "acervo", "--wait")
    assert ended.value.code == 3
    out = capsys.readouterr()
    assert out.out.startswith("0 of 1 pages read, 1 failed;")
    assert "reads pages too" in out.err


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["add_engine", "x", "--adapter", "replay"], "takes the parameter answers"),
        (["add_engine", "x", "--adapter", "replay", "--param", "answers"], "--param takes k=v"),
        (["add_engine", "x", "--preset", "tesseract", "--prompt-file", "nada"], "nada: No such"),
        (["add_engine", "x", "--preset", "tesseract", "--project", "nada"], "There is no project"),
        (["prelabel", "--project", "acervo"], "does not use this engine"),
        (["prelabel", "--project", "acervo", "--engine", "nada"], "There is no engine"),
    ],
)
def test_bad_input_is_one_clear_line(project: Project, arguments: list[str], message: str) -> None:
    with pytest.raises(CommandError, match=message):
        call_command(*arguments)
