"""The OpenAPI document, a page that reads it to people, and the answer to unknown routes."""

from functools import cache
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.renderers import OpenApiJsonRenderer
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response

from annotations.api.reference_words import describe
from annotations.api.view import ApiView
from annotations.errors import NotFound


class SchemaView(ApiView):
    """The OpenAPI document, for everybody."""

    permission_classes = (AllowAny,)
    renderer_classes = (OpenApiJsonRenderer,)
    schema = None

    def get(self, request: Request) -> Response:
        """Return the description of every route that is built."""
        return Response(document())


class UnknownRouteView(ApiView):
    """Whatever else is asked for under the API."""

    permission_classes = (AllowAny,)
    schema = None

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """Answer 404 as a problem, to every method."""
        raise NotFound(_("There is no such route. See /api/v1/docs/."))


@require_safe
def reference(request: HttpRequest) -> HttpResponse:
    """Show every operation with its parameters, body and answers."""
    return render(request, "annotations/api_reference.html", {"reference": describe(document())})


@cache
def document() -> dict[str, Any]:
    """Build the OpenAPI document once a process: it depends on nothing but the code."""
    generator: Any = SchemaGenerator()  # type: ignore[no-untyped-call]
    built: dict[str, Any] = generator.get_schema(request=None, public=True)
    return built
