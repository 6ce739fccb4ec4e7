"""The pictures of a page. They are ours, decoded and written anew: never the uploaded bytes."""

from typing import Any
from uuid import UUID

from django.core.files.storage import default_storage
from django.http import FileResponse
from django.utils.translation import gettext as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request

from annotations import access
from annotations.api.pages import VERSION_LENGTH
from annotations.api.shapes import Query
from annotations.api.view import ApiView
from annotations.errors import NotFound
from annotations.models import Blob

YEAR_S = 31_536_000
# What the decoder writes; anything else would be a fault and is not sent.
PICTURES = ("image/jpeg", "image/png", "image/webp")


class ImageGone(NotFound):
    """The page has no image, or no longer this one."""

    code = "no_image"


class ImageQuery(Query):
    """Which version of the image is meant."""

    v = serializers.RegexField(
        rf"^[0-9a-f]{{{VERSION_LENGTH}}}$",
        required=False,
        help_text="First 12 characters of the image's sha256; makes the answer cacheable for ever.",
    )


def picture(blob: Blob | None, *, versioned: bool) -> FileResponse:
    """Stream a stored picture so that no browser can take it for anything else."""
    if blob is None or blob.media_type not in PICTURES:
        raise ImageGone(_("This page has no image."))
    try:
        stored = default_storage.open(blob.key)
    except OSError as error:
        raise ImageGone(_("The image is missing from the store. Tell the operator.")) from error
    response = FileResponse(stored, content_type=blob.media_type)
    response["Content-Length"] = str(blob.size)
    lifetime = f"max-age={YEAR_S}, immutable" if versioned else "no-cache"
    response["Cache-Control"] = f"private, {lifetime}"
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "sandbox"
    return response


PICTURE_ANSWER: Any = {(200, media_type): OpenApiTypes.BINARY for media_type in PICTURES}


class PageImageView(ApiView):
    """The canonical image."""

    query_shapes = {"GET": ImageQuery}

    @extend_schema(operation_id="pages_image", summary="The image", responses=PICTURE_ANSWER)
    def get(self, request: Request, key: UUID) -> FileResponse:
        """Stream the page's image; with another version's `v` answer 404."""
        page = access.page(self.caller, key)
        wanted = self.parameters.get("v")
        if wanted and not page.image_sha256.startswith(wanted):
            raise ImageGone(_("The page has another image now."))
        return picture(page.image, versioned=bool(wanted))


class PageThumbnailView(ApiView):
    """The small image."""

    query_shapes = {"GET": ImageQuery}

    @extend_schema(
        operation_id="pages_thumbnail", summary="The small image", responses=PICTURE_ANSWER
    )
    def get(self, request: Request, key: UUID) -> FileResponse:
        """Stream the page's small image; `v` names the version of the large one."""
        page = access.page(self.caller, key)
        wanted = self.parameters.get("v")
        if wanted and not page.image_sha256.startswith(wanted):
            raise ImageGone(_("The page has another image now."))
        return picture(page.thumbnail, versioned=bool(wanted))
