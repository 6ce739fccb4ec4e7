"""What the screens are like: open to everyone, and deaf to what documents say."""

from typing import Any

import pytest
from playwright.sync_api import Page as Tab
from playwright.sync_api import expect

from annotations.models import Document, Page, Prediction
from tests.conftest import CHECKOUT
from tests.e2e.conftest import Site, ready

pytestmark = pytest.mark.e2e

AXE = CHECKOUT / "frontend/node_modules/axe-core/axe.min.js"
LEVELS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
HOSTILE = "<script>alert(1)</script><img src=x onerror=alert(2)> ${7*7} </textarea>"


def violations(tab: Tab) -> list[str]:
    """Return what axe finds against WCAG 2.2 AA, in short."""
    tab.evaluate(f"{AXE.read_text()}; 0")
    found: Any = tab.evaluate("levels => axe.run({runOnly: levels})", LEVELS)
    return [
        f"{rule['id']}: {node['html'][:100]}"
        for rule in found["violations"]
        for node in rule["nodes"]
    ]


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_the_correction_screen_is_accessible(site: Site, theme: str) -> None:
    if not AXE.is_file():
        pytest.skip("axe-core is not installed; run script/setup --tests")
    tab = site.open(site.context_of("revisora", color_scheme=theme), site.pages[0])
    tab.keyboard.type("ç")
    assert violations(tab) == []
    tab.keyboard.press("Escape")
    tab.keyboard.press("d")
    expect(tab.locator("#diff ins")).to_be_visible()
    assert violations(tab) == []
    for key in ("?", "s"):
        tab.keyboard.press(key)
        expect(tab.locator("dialog[open]")).to_be_visible()
        assert violations(tab) == []
        tab.keyboard.press("Escape")


def test_text_of_documents_is_never_markup(site: Site) -> None:
    page = site.pages[0]
    Document.objects.filter(id=page.document_id).update(filename=HOSTILE)
    content = {**dict.fromkeys(("header", "margin", "footer"), HOSTILE), "text": HOSTILE}
    fields = {"cpf": {"value": HOSTILE, "status": "present", "source": "engine"}}
    hostile = Prediction.objects.create(
        page=page,
        engine=page.predictions.get().engine,
        content=content | {"fields": fields},
        image_sha256=page.image_sha256,
    )
    Page.objects.filter(id=page.id).update(current_prediction=hostile)
    tab = site.context_of("revisora").new_page()
    alerts: list[str] = []
    tab.on("dialog", lambda dialog: (alerts.append(dialog.message), dialog.dismiss()))
    tab.goto(site.address(page))
    ready(tab)
    expect(tab.locator(".zone[data-open] .cm-line")).to_have_text(HOSTILE)
    expect(tab.locator(".desk-title strong")).to_have_text(HOSTILE)
    tab.keyboard.type("<b>")
    tab.keyboard.press("Escape")
    tab.keyboard.press("d")
    expect(tab.locator("#diff")).to_contain_text("<script>")
    assert alerts == []
