"""What the people of the demo have already done: some pages corrected, some of them approved."""

import json
from pathlib import Path
from typing import Any

from annotations.content.ground_truth import from_ground_truth
from annotations.models import Page, Project, User
from annotations.people.projects import current_fields
from annotations.review.submit import submit
from annotations.review.verdicts import give_verdict
from annotations.review.writing import Writing
from annotations.states import Decision, PageState

# Documents of the set whose pages are all corrected; those with a fault in their recorded answer
# are left for whoever tries the demo.
APPROVED = (
    "legal/oficio-002.png",
    "legal/processo-001.pdf",
    "printed/nota-001.jpg",
    "handwritten/ata-001.jpg",
)
CORRECTED = ("printed/nota-002.jpg", "handwritten/bilhete-001.jpg")
SECONDS_A_PAGE = 45.0


def catch_up(project: Project, truths: Path) -> None:
    """Correct and approve the pages of the plan that nobody has touched yet."""
    known: dict[str, dict[str, Any]] = json.loads(truths.read_text(encoding="utf-8"))
    reviewer = User.objects.get(username="revisora")
    approver = User.objects.get(username="aprovadora")
    pages = Page.objects.filter(project=project, state=PageState.OPEN, head_revision=None)
    for page in pages.select_related("document", "project"):
        truth = known.get(page.row_id())
        if truth is None or truth["document"] not in APPROVED + CORRECTED:
            continue
        corrected = _correct(page, truth, reviewer)
        if truth["document"] in APPROVED:
            give_verdict(
                actor=approver,
                page=corrected,
                version=corrected.version,
                decision=Decision.APPROVE,
            )


def _correct(page: Page, truth: dict[str, Any], reviewer: User) -> Page:
    writing = Writing(
        content=from_ground_truth(truth),
        base_version=page.version,
        base_prediction_id=page.current_prediction_id,
        fields_version=current_fields(page.project).number,
    )
    return submit(
        actor=reviewer,
        page=page,
        version=page.version,
        writing=writing,
        active_seconds=SECONDS_A_PAGE,
    )
