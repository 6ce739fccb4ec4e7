"""The OpenAPI document in words: what the reference page shows."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

METHODS = ("get", "post", "put", "patch", "delete")
FIRST_ERROR = "400"
REF = "#/components/schemas/"


@dataclass(frozen=True, slots=True)
class Member:
    """A parameter of an operation or a member of a shape; `link` names another shape."""

    name: str
    kind: str
    link: str
    required: bool
    description: str


@dataclass(frozen=True, slots=True)
class Answer:
    """A status that an operation can answer, and the shape that comes with it."""

    status: str
    description: str
    link: str


@dataclass(frozen=True, slots=True)
class Operation:
    """One method on one path."""

    key: str
    method: str
    path: str
    summary: str
    description: str
    parameters: list[Member]
    body: str
    successes: list[Answer]
    errors: list[Answer]


@dataclass(frozen=True, slots=True)
class Shape:
    """A named JSON object."""

    name: str
    description: str
    members: list[Member]


@dataclass(frozen=True, slots=True)
class Reference:
    """Everything the page shows: operations by noun, and the shapes they speak in."""

    title: str
    description: str
    groups: dict[str, list[Operation]]
    shapes: list[Shape]


def describe(document: Mapping[str, Any]) -> Reference:
    """Put an OpenAPI document into words."""
    groups: dict[str, list[Operation]] = {}
    for noun, operation in _operations(document["paths"]):
        groups.setdefault(noun, []).append(operation)
    shapes = [
        Shape(name, schema.get("description", ""), _members(schema))
        for name, schema in document["components"]["schemas"].items()
        if schema.get("type") == "object"
    ]
    info = document["info"]
    return Reference(info["title"], info.get("description", ""), groups, shapes)


def _operations(paths: Mapping[str, Any]) -> Iterator[tuple[str, Operation]]:
    for path, item in paths.items():
        for method in METHODS:
            if method in item:
                yield item[method]["tags"][0], _operation(method, path, item[method])


def _operation(method: str, path: str, told: Mapping[str, Any]) -> Operation:
    parameters = [
        Member(
            one["name"],
            f"{one['in']}, {_kind(one['schema'])}",
            "",
            one.get("required", False),
            one.get("description", ""),
        )
        for one in told.get("parameters", [])
    ]
    answers = [
        Answer(status, answer.get("description", ""), _content_link(answer))
        for status, answer in sorted(told["responses"].items())
    ]
    return Operation(
        key=told["operationId"],
        method=method.upper(),
        path=path,
        summary=told.get("summary", ""),
        description=told.get("description", ""),
        parameters=parameters,
        body=_content_link(told.get("requestBody", {})),
        successes=[answer for answer in answers if answer.status < FIRST_ERROR],
        errors=[answer for answer in answers if answer.status >= FIRST_ERROR],
    )


def _members(schema: Mapping[str, Any]) -> list[Member]:
    required = set(schema.get("required", []))
    return [
        Member(name, _kind(one), _link(one), name in required, one.get("description", ""))
        for name, one in schema.get("properties", {}).items()
    ]


def _content_link(told: Mapping[str, Any]) -> str:
    """Return the name of the shape that a body or an answer has, if it has one."""
    contents = list(told.get("content", {}).values())
    return _link(contents[0].get("schema", {})) if contents else ""


def _kind(schema: Mapping[str, Any]) -> str:
    """Return a schema's type in words: `list of string`, `string (uuid) or null`."""
    if schema.get("type") == "array":
        words = f"list of {_kind(schema.get('items', {}))}"
    elif "enum" in schema:
        words = " | ".join(str(value) for value in schema["enum"])
    elif link := _link(schema):
        words = link
    else:
        form = f" ({schema['format']})" if "format" in schema else ""
        words = f"{schema.get('type', 'any')}{form}"
    return f"{words} or null" if schema.get("nullable") else words


def _link(schema: Mapping[str, Any]) -> str:
    """Return the shape a schema refers to: itself, its items, or the one that may be null."""
    inner = [schema, schema.get("items", {}), *schema.get("allOf", []), *schema.get("oneOf", [])]
    names = [one["$ref"].removeprefix(REF) for one in inner if "$ref" in one]
    return names[0] if names else ""
