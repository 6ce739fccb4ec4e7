"""Approved pages and built releases, made through the actions that people use."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pytest
from rows import make_document, make_page, make_prediction

if TYPE_CHECKING:
    from annotations.models import Page, Project, User
    from exports.models import Release

Approve = Callable[..., "Page"]


@pytest.fixture
def approve(project: "Project", cast: dict[str, "User"]) -> Approve:
    """Return `approve(seed, text, …)`: a page read by an engine, corrected, and approved."""
    from annotations.content import PageContent, Span
    from annotations.models import SplitAssignment
    from annotations.review.submit import submit
    from annotations.review.verdicts import give_verdict
    from annotations.review.writing import Writing

    def approve(
        seed: int = 0,
        text: str = "Certidão lavrada em 3 de março.",
        *,
        read_as: str | None = "Certidao lavrada em 3 de março.",
        split: str = "train",
        spans: tuple[Span, ...] = (),
        **columns: Any,
    ) -> "Page":
        group = columns.setdefault("group_key", f"g{seed}")
        SplitAssignment.objects.get_or_create(
            project=project, group_key=group, defaults={"split": split}
        )
        page = make_page(make_document(project, seed, **columns))
        prediction = None if read_as is None else make_prediction(page, read_as)
        writing = Writing(
            content=PageContent(header="Cartório", margin="", text=text),
            spans=spans,
            base_prediction_id=prediction.id if prediction else None,
            fields_version=1,
        )
        page = submit(actor=cast["revisora"], page=page, version=page.version, writing=writing)
        return give_verdict(
            actor=cast["aprovadora"], page=page, version=page.version, decision="approve"
        )

    return approve


@pytest.fixture
def release(project: "Project", cast: dict[str, "User"]) -> Callable[..., "Release"]:
    """Return `release(**options)`: a release that was asked for and built."""
    from annotations.jobs import drain
    from exports.actions import read_options, request_release
    from exports.models import Release

    def build(**options: Any) -> "Release":
        asked = request_release(
            actor=cast["gerente"], project=project, options=read_options(**options)
        )
        drain("cpu")
        return Release.objects.select_related("project").get(id=asked.id)

    return build
