"""Reading request bodies: bounded, strict JSON, and uploads that go to disk as they arrive."""

import json
from typing import IO, Any, NoReturn

from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.utils.translation import gettext as _
from rest_framework.exceptions import ParseError
from rest_framework.negotiation import BaseContentNegotiation
from rest_framework.parsers import BaseParser
from rest_framework.renderers import BaseRenderer
from rest_framework.request import Request


class JsonBody(BaseParser):
    """One JSON value in UTF-8, at most `DATA_UPLOAD_MAX_MEMORY_SIZE` bytes."""

    media_type = "application/json"

    def parse(
        self,
        stream: IO[Any],
        media_type: str | None = None,
        parser_context: Any = None,
    ) -> Any:
        """Return the value. Raises ParseError (400) or RequestDataTooBig (413)."""
        limit = int(settings.DATA_UPLOAD_MAX_MEMORY_SIZE or 0)
        data = stream.read(limit + 1)
        if len(data) > limit:
            raise RequestDataTooBig
        try:
            return json.loads(data.decode(), parse_constant=_refuse_constant)
        except (ValueError, RecursionError):
            raise ParseError(_("The body is not JSON in UTF-8.")) from None


class JsonAlways(BaseContentNegotiation):
    """Answer JSON whatever `Accept` says: there is one representation."""

    def select_parser(self, request: Request, parsers: Any) -> Any:
        """Return the parser of the request's media type, or None."""
        sent = (request.content_type or "").partition(";")[0].strip().lower()
        return next((parser for parser in parsers if parser.media_type == sent), None)

    def select_renderer(
        self, request: Request, renderers: Any, format_suffix: str | None = None
    ) -> tuple[BaseRenderer, str]:
        """Return the first renderer."""
        return renderers[0], renderers[0].media_type


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(name)
