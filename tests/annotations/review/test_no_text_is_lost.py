"""Promise 11: whatever two people do in whatever order, no acknowledged text is lost."""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import pytest
from django.db import transaction
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from annotations.content import PageContent
from annotations.errors import DomainError, Stale
from annotations.models import Draft, Page, Project, Revision, User
from annotations.review.drafts import save_draft
from annotations.review.moves import reopen
from annotations.review.submit import submit
from annotations.review.verdicts import give_verdict
from annotations.review.writing import Writing
from tests.rows import make_open_page

if TYPE_CHECKING:
    Cast = dict[str, User]

PEOPLE = ("revisora", "aprovadora")
STEPS = ("look", "draft", "submit", "approve", "send_back", "reopen")
interleavings = st.lists(
    st.tuples(st.sampled_from(PEOPLE), st.sampled_from(STEPS)), min_size=4, max_size=14
)


@dataclass
class Desk:
    """One person's browser: what they last saw, and what the server has acknowledged."""

    user: User
    page: Page
    version: int = 0
    draft_version: int | None = None
    typed: int = 0
    kept_draft: str | None = None
    submitted: list[str] = field(default_factory=list)
    conflicts: list[dict[str, object]] = field(default_factory=list)

    def step(self, name: str) -> None:
        try:
            with transaction.atomic():
                getattr(self, name)()
        except Stale as stale:
            self.conflicts.append(stale.extra)
        except DomainError:
            pass  # refused by state or role: nothing was acknowledged

    def text(self) -> str:
        self.typed += 1
        return f"{self.user.username} {self.typed}"

    def writing(self, text: str) -> Writing:
        return Writing(content=PageContent(text=text), fields_version=1)

    def look(self) -> None:
        self.version = Page.objects.get(id=self.page.id).version
        draft = Draft.objects.filter(page=self.page, user=self.user).first()
        self.draft_version = draft.version if draft else None

    def draft(self) -> None:
        text = self.text()
        saved = save_draft(
            actor=self.user, page=self.page, version=self.draft_version, writing=self.writing(text)
        )
        self.draft_version, self.kept_draft = saved.version, text

    def submit(self) -> None:
        text = self.text()
        page = submit(
            actor=self.user, page=self.page, version=self.version, writing=self.writing(text)
        )
        assert page.version == self.version + 1, "a submit over an unseen version went through"
        self.version, self.draft_version, self.kept_draft = page.version, None, None
        self.submitted.append(text)

    def approve(self) -> None:
        self.judge("approve")

    def send_back(self) -> None:
        self.judge("send_back")

    def judge(self, decision: str) -> None:
        head = Page.objects.get(id=self.page.id).head_revision
        page = give_verdict(
            actor=self.user,
            page=self.page,
            version=self.version,
            decision=decision,
            comment="veja a linha 2",
        )
        assert page.version == self.version + 1
        assert head is not None
        assert head.author_id != self.user.id, "nobody judges their own text"
        self.version = page.version

    def reopen(self) -> None:
        self.version = reopen(actor=self.user, page=self.page, reason="de novo").version

    def assert_nothing_is_lost(self) -> None:
        revisions = Revision.objects.filter(page=self.page, author=self.user)
        assert all("current" in conflict for conflict in self.conflicts)
        kept = list(revisions.order_by("number").values_list("content__text", flat=True))
        assert kept == self.submitted
        if self.kept_draft is not None:
            stored = Draft.objects.get(page=self.page, user=self.user)
            assert stored.content["text"] == self.kept_draft


def play(page: Page, cast: "Cast", steps: list[tuple[str, str]]) -> None:
    point = transaction.savepoint()
    desks = {name: Desk(cast[name], page) for name in PEOPLE}
    for name, step in steps:
        desks[name].step(step)
    for desk in desks.values():
        desk.assert_nothing_is_lost()
    transaction.savepoint_rollback(point)


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(steps=interleavings)
@example(steps=[("revisora", "submit"), ("revisora", "reopen"), ("aprovadora", "submit")])
@example(steps=[("revisora", "draft"), ("aprovadora", "submit"), ("revisora", "submit")])
def test_no_acknowledged_text_is_lost(
    project: Project, cast: "Cast", one_page: Page, steps: list[tuple[str, str]]
) -> None:
    play(one_page, cast, steps)


@pytest.mark.faults
@settings(
    max_examples=1000, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(steps=interleavings)
def test_no_acknowledged_text_is_lost_in_a_thousand_interleavings(
    project: Project, cast: "Cast", one_page: Page, steps: list[tuple[str, str]]
) -> None:
    play(one_page, cast, steps)


@pytest.fixture
def one_page(project: Project) -> Page:
    return make_open_page(project)
