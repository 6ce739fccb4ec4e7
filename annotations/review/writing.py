"""What a person writes on a page: shared by drafts and submits."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from annotations.content import PageContent, Span
from annotations.errors import Invalid
from annotations.models import FieldsVersion, Page, Prediction


@dataclass(frozen=True, slots=True, kw_only=True)
class Writing:
    """Text with its marks, and what it was written against."""

    content: PageContent
    spans: Sequence[Span] = field(default_factory=tuple)
    base_version: int = 0
    base_prediction_id: UUID | None = None
    fields_version: int

    def columns(self) -> dict[str, Any]:
        """Return the columns that a draft and a revision share."""
        return {
            "content": self.content.to_json(),
            "spans": [span.to_json() for span in self.spans],
            "base_prediction_id": self.base_prediction_id,
        }


def require_known_base(
    page: Page, writing: Writing, newest: FieldsVersion | None = None
) -> FieldsVersion:
    """Return the fields version that was followed; raise `Invalid` for what is not this page's."""
    base = writing.base_prediction_id
    shown = page.current_prediction_id
    known = Prediction.objects.filter(page=page)
    if base is not None and base != shown and not known.filter(id=base).exists():
        message = _("This prediction is not of this page.")
        raise Invalid(message, errors={"base_prediction": [message]})
    if newest is not None and newest.number == writing.fields_version:
        return newest
    versions = FieldsVersion.objects.filter(project=page.project_id)
    followed = versions.filter(number=writing.fields_version).first()
    if followed is None:
        message = _("This project has no such fields version.")
        raise Invalid(message, errors={"fields_version": [message]})
    return followed
