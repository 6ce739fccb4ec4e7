"""Submitting, judging, taking back: right person, right state, right version."""

from functools import partial
from typing import TYPE_CHECKING

import pytest
from django.db import DatabaseError, transaction

from annotations.content import PageContent, Span
from annotations.errors import Forbidden, Invalid, Stale
from annotations.models import (
    Comment,
    Draft,
    Event,
    FiguresJob,
    Membership,
    Page,
    PageText,
    Prediction,
    Project,
    Revision,
    User,
    Verdict,
)
from annotations.people.projects import ProjectChanges, update_project
from annotations.review.drafts import discard_draft, draft_of, save_draft
from annotations.review.guard import WrongState
from annotations.review.moves import exclude, include, open_page, reopen
from annotations.review.reading import current_content
from annotations.review.submit import submit
from annotations.review.verdicts import OwnRevision, give_verdict
from annotations.review.writing import Writing
from annotations.states import Decision, SpanKind
from tests.rows import TEXT, make_open_page

if TYPE_CHECKING:
    Cast = dict[str, User]


def write(page: Page, text: str = "Ação corrigida.", fields_version: int = 1) -> Writing:
    return Writing(
        content=PageContent(text=text),
        spans=[Span("text", 0, 4, SpanKind.DOUBTFUL)],
        base_version=page.version,
        base_prediction_id=page.current_prediction_id,
        fields_version=fields_version,
    )


def correct(user: User, page: Page, text: str = "Ação corrigida.") -> Page:
    return submit(actor=user, page=page, version=page.version, writing=write(page, text))


@pytest.fixture
def page(project: Project) -> Page:
    return make_open_page(project)


def test_submit_makes_a_revision_and_moves_the_version(page: Page, cast: "Cast") -> None:
    moved = correct(cast["revisora"], page)
    assert (moved.state, moved.version) == ("corrected", page.version + 1)
    assert moved.head_revision is not None
    assert moved.head_revision.content["text"] == "Ação corrigida."
    assert moved.head_revision.base_prediction_id == page.current_prediction_id
    assert FiguresJob.objects.filter(revision=moved.head_revision).count() == 1
    assert Page.objects.matching("acao").get() == moved
    event = Event.objects.get(verb="page.submitted")
    assert "Ação" not in str(event.data)


def test_submitting_removes_the_own_draft_and_keeps_the_others(page: Page, cast: "Cast") -> None:
    for name in ("revisora", "revisor"):
        save_draft(actor=cast[name], page=page, version=None, writing=write(page, name))
    correct(cast["revisora"], page)
    assert [draft.user for draft in Draft.objects.all()] == [cast["revisor"]]


def test_the_same_submit_twice_is_one_revision(page: Page, cast: "Cast") -> None:
    first = correct(cast["revisora"], page)
    again = submit(actor=cast["revisora"], page=page, version=0, writing=write(page))
    assert again.version == first.version
    assert Revision.objects.count() == 1


def test_the_loser_gets_both_texts(page: Page, cast: "Cast") -> None:
    correct(cast["revisora"], page, "de uma")
    with pytest.raises(Stale) as caught:
        correct(cast["revisor"], page, "de outro")
    assert caught.value.extra["current"]["content"]["text"] == "de uma"


def test_a_waiting_page_takes_no_text(page: Page, cast: "Cast") -> None:
    Page.objects.filter(id=page.id).update(state="waiting")
    with pytest.raises(WrongState):
        correct(cast["revisora"], page)
    open_page(actor=cast["gerente"], page=page)
    page.refresh_from_db()
    assert correct(cast["revisora"], page).state == "corrected"


def test_single_policy_approves_on_submit(page: Page, cast: "Cast") -> None:
    changes = ProjectChanges(review_policy="single")
    update_project(actor=cast["gerente"], project=page.project, changes=changes)
    assert correct(cast["revisora"], page).state == "approved"
    assert Verdict.objects.get().approval == "single"


def test_old_fields_are_accepted_and_flagged(page: Page, cast: "Cast") -> None:
    changes = ProjectChanges(fields=[{"name": "valor", "type": "money"}])
    update_project(actor=cast["gerente"], project=page.project, changes=changes)
    moved = correct(cast["revisora"], page)
    assert moved.head_revision is not None
    assert moved.head_revision.fields_outdated


def test_a_prediction_of_another_page_is_refused(page: Page, cast: "Cast") -> None:
    other = make_open_page(page.project, 5)
    with pytest.raises(Invalid):
        submit(actor=cast["revisora"], page=page, version=0, writing=write(other))


def test_second_person_approves(page: Page, cast: "Cast") -> None:
    moved = correct(cast["revisora"], page)
    approved = give_verdict(
        actor=cast["aprovadora"], page=moved, version=moved.version, decision=Decision.APPROVE
    )
    assert (approved.state, approved.version) == ("approved", moved.version + 1)
    assert Verdict.objects.get().approval == "person"


def test_author_cannot_approve_own_text(page: Page, cast: "Cast") -> None:
    moved = correct(cast["aprovadora"], page)
    with pytest.raises(OwnRevision):
        give_verdict(
            actor=cast["aprovadora"], page=moved, version=moved.version, decision="approve"
        )


def test_the_command_line_is_never_a_second_person(page: Page, cast: "Cast") -> None:
    moved = correct(cast["revisora"], page)
    with pytest.raises(OwnRevision):
        give_verdict(
            actor=User.objects.system("cli"),
            page=moved,
            version=moved.version,
            decision="approve",
        )


def test_a_verdict_on_a_version_that_changed_is_stale(page: Page, cast: "Cast") -> None:
    seen = correct(cast["revisora"], page)
    reopen(actor=cast["revisora"], page=seen, reason="esqueci uma linha")
    page.refresh_from_db()
    correct(cast["revisora"], page, "com a linha")
    with pytest.raises(Stale):
        give_verdict(actor=cast["aprovadora"], page=seen, version=seen.version, decision="approve")


def test_sending_back_says_why(page: Page, cast: "Cast") -> None:
    moved = correct(cast["revisora"], page)
    with pytest.raises(Invalid):
        give_verdict(
            actor=cast["aprovadora"], page=moved, version=moved.version, decision="send_back"
        )
    back = give_verdict(
        actor=cast["aprovadora"],
        page=moved,
        version=moved.version,
        decision="send_back",
        comment="Falta o cabeçalho.",
    )
    assert back.state == "open"
    assert Comment.objects.get().text == "Falta o cabeçalho."
    assert current_content(back)["text"] == "Ação corrigida."


def test_authors_undo_their_submit_until_it_is_approved(page: Page, cast: "Cast") -> None:
    moved = correct(cast["revisora"], page)
    with pytest.raises(Forbidden):
        reopen(actor=cast["revisor"], page=moved, reason="quero eu")
    assert reopen(actor=cast["revisora"], page=moved, reason="engano").state == "open"
    page.refresh_from_db()
    moved = correct(cast["revisora"], page)
    approved = give_verdict(
        actor=cast["aprovadora"], page=moved, version=moved.version, decision="approve"
    )
    with pytest.raises(Forbidden):
        reopen(actor=cast["revisora"], page=approved, reason="engano")
    assert reopen(actor=cast["aprovadora"], page=approved, reason="erro").state == "open"


def test_an_excluded_page_remembers_where_it_stood(page: Page, cast: "Cast") -> None:
    moved = correct(cast["revisora"], page)
    out = exclude(actor=cast["gerente"], page=moved, reason="página em branco")
    assert (out.state, out.state_before_exclusion) == ("excluded", "corrected")
    back = include(actor=cast["gerente"], page=out)
    assert (back.state, back.excluded_reason) == ("corrected", "")


def test_a_draft_has_its_own_version(page: Page, cast: "Cast") -> None:
    actor = cast["revisora"]
    first = save_draft(actor=actor, page=page, version=None, writing=write(page, "um"))
    second = save_draft(actor=actor, page=page, version=first.version, writing=write(page, "dois"))
    assert second.version == first.version + 1
    with pytest.raises(Stale) as caught:
        save_draft(actor=actor, page=page, version=first.version, writing=write(page, "três"))
    assert caught.value.extra["current"]["content"]["text"] == "dois"
    with pytest.raises(Stale):
        save_draft(actor=actor, page=page, version=None, writing=write(page, "quatro"))
    discard_draft(actor=actor, page=page, version=second.version)
    assert draft_of(actor, page) is None


def test_a_text_from_before_a_submit_cannot_replace_a_later_draft(page: Page, cast: "Cast") -> None:
    """The number of a draft begins anew after a submit; what it was written against does not."""
    actor, old = cast["revisora"], write(page, "do notebook")
    stale = save_draft(actor=actor, page=page, version=None, writing=old)
    moved = correct(actor, page)
    opened = reopen(actor=actor, page=moved, reason="engano")
    later = save_draft(actor=actor, page=opened, version=None, writing=write(opened, "do celular"))
    assert later.version == stale.version
    with pytest.raises(Stale):
        save_draft(actor=actor, page=opened, version=stale.version, writing=old)
    kept = draft_of(actor, page)
    assert kept is not None
    assert kept.content["text"] == "do celular"


def test_a_draft_that_moved_on_is_not_discarded(page: Page, cast: "Cast") -> None:
    actor = cast["revisora"]
    first = save_draft(actor=actor, page=page, version=None, writing=write(page, "um"))
    save_draft(actor=actor, page=page, version=first.version, writing=write(page, "dois"))
    with pytest.raises(Stale):
        discard_draft(actor=actor, page=page, version=first.version)
    assert draft_of(actor, page) is not None


def test_undoing_a_submit_names_the_version_it_undoes(page: Page, cast: "Cast") -> None:
    """An author who is an approver too cannot reopen by "undo" what was approved meanwhile."""
    Membership.objects.filter(user=cast["revisora"]).update(role="approver")
    moved = correct(cast["revisora"], page)
    seen = moved.version
    give_verdict(actor=cast["aprovadora"], page=moved, version=seen, decision=Decision.APPROVE)
    with pytest.raises(Stale):
        reopen(actor=cast["revisora"], page=moved, reason="engano", version=seen)


@pytest.mark.parametrize("verb", ["UPDATE", "DELETE"])
@pytest.mark.parametrize("model", ["revision", "prediction", "event"])
def test_what_was_written_is_never_changed(page: Page, cast: "Cast", model: str, verb: str) -> None:
    """Law 2: the database itself refuses, whatever the code does."""
    correct(cast["revisora"], page)
    rows = {"revision": Revision, "prediction": Prediction, "event": Event}
    row = rows[model].objects.filter(pk=rows[model].objects.latest("id").pk)
    delete = partial(row._raw_delete, row.db)
    change = partial(row.update, created_at="2020-01-01T00:00:00Z")
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        (delete if verb == "DELETE" else change)()


def test_search_folds_accents(page: Page, cast: "Cast") -> None:
    assert "AÇÕES" in TEXT
    assert Page.objects.matching("acoes").get() == page
    assert PageText.objects.get(page=page).folded.startswith("certidao")
