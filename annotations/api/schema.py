"""The OpenAPI description: drf-spectacular, told of our parameters and of every error."""

from typing import Any

from drf_spectacular.extensions import OpenApiAuthenticationExtension
from drf_spectacular.openapi import AutoSchema
from drf_spectacular.utils import OpenApiParameter

from annotations.api.problems import CONTENT_TYPE

READS = {
    400: "A parameter is unknown or wrong.",
    401: "Nobody is logged in, or the token is not valid.",
    403: "The role or the token's scope does not allow this.",
    404: "It is not there, or the caller may not know that it is.",
    429: "Too many wrong tokens from this address.",
    503: "The database is not reachable; try again.",
}
WRITES = {
    409: "It stands in a state in which this cannot be done, or somebody was faster.",
    413: "The body is too large.",
    415: "The body is of another media type.",
    422: "It can be understood but not accepted, or the Idempotency-Key was used otherwise.",
    507: "The disk is full; nothing was kept.",
}
CONDITIONAL = {
    412: "Stale: somebody was faster; `current` holds what stands there now.",
    428: "If-Match is missing.",
}

ENTITY_TAGS = r'^(W/)?"[!#-~]*"(, (W/)?"[!#-~]*")*$'
IDEMPOTENCY_KEY = OpenApiParameter(
    "Idempotency-Key",
    {"type": "string", "minLength": 1, "maxLength": 200, "pattern": "^[ -~]+$"},
    OpenApiParameter.HEADER,
    description="The same key and body give the same answer for 24 hours.",
)
IF_MATCH = OpenApiParameter(
    "If-Match",
    {"type": "string", "pattern": ENTITY_TAGS},
    OpenApiParameter.HEADER,
    description="The ETag that was seen; 428 without it.",
)
IF_NONE_MATCH = OpenApiParameter(
    "If-None-Match",
    {"type": "string", "enum": ["*"]},
    OpenApiParameter.HEADER,
    description="For the first save, in place of If-Match.",
)

PREFIX_PARTS = 2  # api, v1
NESTED_PARTS = 2  # projects, {slug}

PROBLEM = {"schema": {"$ref": "#/components/schemas/Problem"}}
PROBLEM_SCHEMA: dict[str, Any] = {
    "type": "object",
    "description": "An error (RFC 9457): `code` is stable, `detail` is for people.",
    "required": ["type", "title", "status", "code", "detail"],
    "properties": {
        "type": {"type": "string"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "code": {"type": "string"},
        "detail": {"type": "string", "description": "In the language of `Accept-Language`."},
        "errors": {
            "type": "object",
            "description": "Sentences by the place that they are about.",
            "additionalProperties": {"type": "array", "items": {"type": "string"}},
        },
    },
}


class DocumentedSchema(AutoSchema):
    """An operation with the errors that it can answer."""

    def get_override_parameters(self) -> list[Any]:
        """Add the query parameters that the view declares for this method."""
        shapes = getattr(self.view, "query_shapes", {})
        return [shapes[self.method]] if self.method in shapes else []

    def get_tags(self) -> list[str]:
        """Group operations by noun; what belongs to a project stands under its own."""
        parts = [part for part in self.path.split("/") if part][PREFIX_PARTS:]
        inner = parts[0] == "projects" and len(parts) > NESTED_PARTS
        return [parts[NESTED_PARTS] if inner else parts[0]]

    def get_serializer_name(self, serializer: Any, direction: Any) -> str:
        """Name a component after its noun alone."""
        name: str = super().get_serializer_name(serializer, direction)
        return name.removesuffix("Shape").removesuffix("Body").removesuffix("Form")

    def get_operation(self, *args: Any, **kwargs: Any) -> Any:
        """Describe the operation, then add its errors."""
        operation = super().get_operation(*args, **kwargs)
        if operation:
            for status, meaning in self._errors(operation).items():
                described = {"description": meaning, "content": {CONTENT_TYPE: PROBLEM}}
                operation["responses"].setdefault(str(status), described)
        return operation

    def _errors(self, operation: dict[str, Any]) -> dict[int, str]:
        errors = dict(READS)
        if "{" not in self.path:
            errors.pop(404)
        if self.method != "GET":
            errors |= WRITES
        names = {parameter["name"] for parameter in operation.get("parameters", [])}
        return errors | CONDITIONAL if IF_MATCH.name in names else errors


class BearerScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    """`Authorization: Bearer TOKEN`."""

    target_class = "annotations.api.authentication.TokenAuthentication"
    name = "token"

    def get_security_definition(self, auto_schema: Any) -> dict[str, str]:
        """Return the OpenAPI security scheme."""
        return {"type": "http", "scheme": "bearer"}


class SessionScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    """The browser's session."""

    target_class = "annotations.api.authentication.SessionAuthentication"
    name = "session"

    def get_security_definition(self, auto_schema: Any) -> dict[str, str]:
        """Return the OpenAPI security scheme."""
        return {"type": "apiKey", "in": "cookie", "name": "sessionid"}


def finish(result: dict[str, Any], **_unused: Any) -> dict[str, Any]:
    """Add the problem's shape, close request bodies, and call every key `id`, as its users do.

    Bodies take no unknown members: ours are refused.
    """
    schemas = result.setdefault("components", {}).setdefault("schemas", {})
    for name, schema in schemas.items():
        if name.endswith("Request") and schema.get("type") == "object":
            schema["additionalProperties"] = False
    schemas["Problem"] = PROBLEM_SCHEMA
    result["paths"] = {
        path.replace("{key}", "{id}"): _with_id(item) for path, item in result["paths"].items()
    }
    return result


def _with_id(item: dict[str, Any]) -> dict[str, Any]:
    for operation in item.values():
        for parameter in operation.get("parameters", []):
            if parameter["in"] == "path" and parameter["name"] == "key":
                parameter["name"] = "id"
    return item
