"""What every view of the API is made of."""

from collections.abc import Callable, Mapping
from functools import cached_property
from typing import Any, ClassVar

from django.db.models import QuerySet
from rest_framework import serializers
from rest_framework.permissions import IsAuthenticated
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from annotations.access import Caller
from annotations.api.authentication import (
    SessionAuthentication,
    TokenAuthentication,
    caller_of,
)
from annotations.api.bodies import JsonAlways, JsonBody
from annotations.api.pagination import Keyset, slice_of
from annotations.api.schema import DocumentedSchema
from annotations.api.shapes import Query


class ApiView(APIView):
    """A view that knows its caller, reads strictly and answers JSON.

    `query_shapes` names the query parameters by method; every other parameter is answered 400.
    """

    query_shapes: ClassVar[Mapping[str, type[Query]]] = {}

    authentication_classes = (TokenAuthentication, SessionAuthentication)
    permission_classes: Any = (IsAuthenticated,)
    parser_classes: Any = (JsonBody,)
    renderer_classes: Any = (JSONRenderer,)
    content_negotiation_class = JsonAlways
    metadata_class = None
    http_method_names = ["get", "head", "post", "put", "patch", "delete"]
    schema: Any = DocumentedSchema()

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """Authenticate, then read the query parameters of a method that is built."""
        super().initial(request, *args, **kwargs)
        method = "GET" if request.method == "HEAD" else str(request.method)
        if method in self.allowed_methods:
            self.parameters = self.query_shapes.get(method, Query).read(request.query_params)

    @cached_property
    def caller(self) -> Caller:
        """Return who asks and how far they reach."""
        return caller_of(self.request)

    def body(self, shape: type[serializers.Serializer[Any]], *, partial: bool = False) -> Any:
        """Return the validated body. Raises ValidationError (400)."""
        sent = shape(data=self.request.data, partial=partial)
        sent.is_valid(raise_exception=True)
        return sent.validated_data

    def listed(
        self,
        rows: "QuerySet[Any]",
        keyset: Keyset,
        shape: type[serializers.Serializer[Any]],
        complete: Callable[[list[Any]], None] | None = None,
    ) -> Response:
        """Answer one part of a list; `complete(rows)` adds what one query tells of all its rows."""
        limit, cursor = self.parameters["limit"], self.parameters["cursor"]
        part = slice_of(self.request, rows, keyset, limit=limit, cursor=cursor)
        if complete is not None:
            complete(part.rows)
        results = shape(part.rows, many=True).data
        return Response({"next": part.next, "previous": part.previous, "results": results})


def shown(shape: type[serializers.Serializer[Any]], row: object, status: int = 200) -> Response:
    """Answer one row."""
    return Response(shape(row).data, status=status)
