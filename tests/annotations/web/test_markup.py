"""Every page keeps the strict policy and the basics that assistive technology leans on."""

import re
from html.parser import HTMLParser
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from rows import make_engine, make_open_page, use_engine

from annotations.models import Project

PAGES = ["login", "projects", "documents", "document", "review_inbox", "engines", "members", "404"]
VOID_OF_LABEL = {"hidden", "submit"}


class Reader(HTMLParser):
    """Collects what a page may not have, and what it must."""

    def __init__(self) -> None:
        super().__init__()
        self.faults: list[str] = []
        self.headings: list[str] = []
        self.inputs: list[dict[str, str | None]] = []
        self.labels: set[str | None] = set()
        self.inside_label = 0
        self.ids: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Judge one element."""
        values = dict(attrs)
        if "style" in values or tag == "style":
            self.faults.append(f"style in <{tag}>")
        self.faults += [f"{name} in <{tag}>" for name in values if name.startswith("on")]
        self.faults += [name for name in values if name.startswith("hx-on")]
        script = tag == "script" and "src" not in values
        if script and values.get("type") != "application/json":
            self.faults.append("inline script")
        if "id" in values:
            self.ids.append(str(values["id"]))
        if tag in {"h1", "h2", "h3"}:
            self.headings.append(tag)
        if tag == "label":
            self.inside_label += 1
            self.labels.add(values.get("for"))
        if tag in {"input", "select", "textarea"} and values.get("type") not in VOID_OF_LABEL:
            self.inputs.append({**values, "wrapped": str(self.inside_label)})

    def handle_endtag(self, tag: str) -> None:
        """Leave a label."""
        if tag == "label":
            self.inside_label -= 1


def _page(name: str, project: Project, as_user: Any) -> Any:
    page = make_open_page(project)
    use_engine(project, make_engine())
    client = Client() if name == "login" else as_user("gerente")
    if name == "404":
        return client.get("/projects/nenhum/")
    if name in {"login", "projects"}:
        return client.get(reverse(name))
    args = ["acervo", page.document_id] if name == "document" else ["acervo"]
    return client.get(reverse(name, args=args))


@pytest.mark.parametrize("name", PAGES)
def test_page_keeps_policy_and_basics(name: str, project: Project, as_user: Any) -> None:
    answer = _page(name, project, as_user)
    policy = answer.headers["Content-Security-Policy"]
    assert "unsafe" not in policy
    assert "default-src 'none'" in policy
    reader = Reader()
    reader.feed(answer.content.decode())
    assert reader.faults == []
    assert reader.headings[0] == "h1"
    assert reader.headings.count("h1") == 1
    assert len(reader.ids) == len(set(reader.ids))
    unnamed = [
        box.get("name")
        for box in reader.inputs
        if box.get("id") not in reader.labels
        and not box.get("aria-label")
        and box["wrapped"] == "0"
    ]
    assert unnamed == []


@pytest.mark.parametrize("name", ["login", "documents"])
def test_page_loads_nothing_from_elsewhere(name: str, project: Project, as_user: Any) -> None:
    text = _page(name, project, as_user).content.decode()
    assert not re.search(r'(?:src|href)="(?:https?:)?//', text)
