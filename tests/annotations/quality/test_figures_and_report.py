"""Figures of a correction, and an engine's figures by kind."""

import json

import pytest
from django.core.management import call_command

from annotations.content import PageContent
from annotations.jobs import drain
from annotations.models import FiguresJob, Page, Project, RevisionFigures, User
from annotations.people.projects import create_project
from annotations.quality.report import figures_by_kind
from annotations.review.submit import submit
from annotations.review.verdicts import give_verdict
from annotations.review.writing import Writing
from annotations.states import Decision
from tests.rows import make_document, make_engine, make_page, make_prediction

Cast = dict[str, User]


def correct(page: Page, user: User, text: str) -> Page:
    writing = Writing(
        content=PageContent(text=text),
        spans=[],
        base_version=page.version,
        base_prediction_id=page.current_prediction_id,
        fields_version=1,
    )
    return submit(actor=user, page=page, version=page.version, writing=writing)


def approve(page: Page, cast: Cast, text: str) -> Page:
    corrected = correct(page, cast["revisora"], text)
    return give_verdict(
        actor=cast["aprovadora"],
        page=corrected,
        version=corrected.version,
        decision=Decision.APPROVE,
    )


@pytest.fixture
def page(project: Project) -> Page:
    page = make_page(make_document(project, 1, kind="legal"))
    make_prediction(page, "Certidao de  nascimento")
    return page


def test_a_correction_is_measured_against_its_prediction(page: Page, cast: Cast) -> None:
    correct(page, cast["revisora"], "Certidão de nascimento")
    drain("cpu")
    figures = RevisionFigures.objects.get()
    assert (figures.cer_edits, figures.cer_length) == (2, 22)
    assert (figures.cer_norm_edits, figures.cer_norm_length) == (1, 22)
    assert (figures.wer_edits, figures.wer_length) == (1, 3)
    assert figures.edits_by_kind == {"replace": 1, "whitespace": 1}
    assert figures.dharma_score is not None


def test_text_written_without_a_prediction_has_no_figures(project: Project, cast: Cast) -> None:
    page = make_page(make_document(project, 2))
    correct(page, cast["revisora"], "Certidão")
    FiguresJob.objects.create(revision_id=Page.objects.get(id=page.id).head_revision_id)
    drain("cpu")
    assert FiguresJob.objects.get().state == "done"
    assert not RevisionFigures.objects.exists()


def test_an_engine_is_judged_by_kind_against_approved_text(
    project: Project, page: Page, cast: Cast
) -> None:
    approve(page, cast, "Certidão de nascimento")
    blank = make_page(make_document(project, 3, kind="printed"))
    make_prediction(blank, " ")
    approve(blank, cast, "")
    make_prediction(make_page(make_document(project, 4)), "not judged: nobody approved it")
    figures = figures_by_kind(project, make_engine())
    assert set(figures) == {"legal", "printed", "all"}
    assert (figures["legal"].pages, figures["legal"].cer_norm.edits) == (1, 1)
    assert (figures["printed"].blank, figures["printed"].blank_right) == (1, 1)
    assert figures["all"].cer.length == 22


def test_the_truth_may_stand_in_another_project(
    project: Project,
    page: Page,
    cast: Cast,
    capsys: pytest.CaptureFixture[str],
) -> None:
    truth = create_project(actor=cast["gerente"], slug="conferido", name="Conferido")
    known = make_page(make_document(truth, 1))
    make_prediction(known, "Certidão de nascimento")
    known = correct(known, cast["gerente"], "Certidão de nascimento")
    Page.objects.filter(id=known.id).update(state="approved")
    options = ["--project", "acervo", "--engine", "motor", "--truth", "conferido"]
    call_command("report_errors", *options, "--json")
    kinds = json.loads(capsys.readouterr().out)["kinds"]
    assert kinds["legal"]["cer_norm"] == pytest.approx(1 / 22)
    assert kinds["legal"]["zones"] == {"text": pytest.approx(21 / 22)}
    call_command("report_errors", *options)
    assert "legal          n=1     CER   9.09%" in capsys.readouterr().out
