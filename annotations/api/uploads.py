"""An upload as it arrives: the file goes to disk piece by piece, never into memory."""

from typing import Any

from django.core.files.uploadedfile import TemporaryUploadedFile
from django.core.files.uploadhandler import SkipFile, TemporaryFileUploadHandler
from django.http import HttpRequest
from django.utils.translation import gettext as _
from rest_framework.exceptions import ValidationError
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request

from annotations.ingest.errors import MAX_FILE_BYTES, FileTooLarge

MEMBER = "file"


class BoundedUpload(TemporaryFileUploadHandler):
    """Write the file to disk; stop writing, not reading, once it is too large."""

    too_large = False

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes | None:
        """Write one piece."""
        if start + len(raw_data) > MAX_FILE_BYTES:
            self.too_large = True
            raise SkipFile
        return super().receive_data_chunk(raw_data, start)


class UploadBody(MultiPartParser):
    """A multipart body with the member `file`."""


def stream_to_disk(request: HttpRequest) -> None:
    """Take over from Django's handlers, before anything reads the body."""
    request.upload_handlers = [BoundedUpload(request)]


def uploaded_file(request: Request) -> TemporaryUploadedFile:
    """Return the one file of the request.

    Raises FileTooLarge (422), ValidationError (400) when it is missing or not alone.
    """
    handlers = request._request.upload_handlers  # no public name
    files: Any = request.FILES
    if any(getattr(handler, "too_large", False) for handler in handlers):
        raise FileTooLarge
    unknown = [name for name in files if name != MEMBER]
    if unknown or len(files.getlist(MEMBER)) > 1:
        raise ValidationError({(unknown or [MEMBER])[0][:60]: [_("Send one “file”.")]})
    file = files.get(MEMBER)
    if not isinstance(file, TemporaryUploadedFile):
        raise ValidationError({MEMBER: [_("Send the document as the member “file”.")]})
    return file
