"""The pages around the correction screen in a real Chromium: sending files, menus, theme."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import Page as Tab
from playwright.sync_api import Route, expect

from annotations.models import Document
from tests.e2e.conftest import Site
from tests.rows import make_image

pytestmark = pytest.mark.e2e

DROP = """
([name, text]) => {
  const transfer = new DataTransfer();
  transfer.items.add(new File([text], name, { type: "image/png" }));
  for (const kind of ["dragover", "drop"]) {
    document.querySelector(".drop").dispatchEvent(
      new DragEvent(kind, { dataTransfer: transfer, bubbles: true, cancelable: true }),
    );
  }
}
"""


def _documents(site: Site, who: str = "revisora") -> Tab:
    tab = site.context_of(who).new_page()
    tab.goto(f"{site.url}/projects/acervo/")
    return tab


def test_files_are_sent_with_their_outcome_beside_each(site: Site, tmp_path: Path) -> None:
    good, bad, empty = tmp_path / "folha.png", tmp_path / "foto.heic", tmp_path / "vazio.pdf"
    good.write_bytes(make_image(77))
    bad.write_bytes(b"no picture")
    empty.write_bytes(b"")
    tab = _documents(site)
    tab.set_input_files("#files", [good, bad, empty])
    expect(tab.locator(".upload", has_text="foto.heic")).to_contain_text("Formato não aceito")
    expect(tab.locator(".upload", has_text="vazio.pdf")).to_contain_text("O arquivo está vazio")
    # The list comes anew by itself, and the head counts with it.
    expect(tab.locator("#documents tbody")).to_contain_text("folha.png")
    expect(tab.locator("#counts")).to_contain_text("2 documentos")
    assert Document.objects.filter(filename="folha.png").count() == 1
    tab.locator(".upload", has_text="foto.heic").get_by_role("button", name="Dispensar").click()
    expect(tab.locator(".upload", has_text="foto.heic")).to_have_count(0)


def test_a_dropped_file_is_sent_and_the_page_stays(site: Site) -> None:
    tab = _documents(site)
    tab.evaluate(DROP, ["solta.png", "no picture"])
    expect(tab.locator(".upload", has_text="solta.png")).to_contain_text("Formato não aceito")
    assert tab.url == f"{site.url}/projects/acervo/"


def test_three_are_sent_at_once_and_each_can_be_cancelled(site: Site, tmp_path: Path) -> None:
    held: list[Route] = []
    tab = _documents(site)

    def hold(route: Route) -> None:
        held.append(route)

    tab.route(re.compile("/documents/$"), hold)
    paths = [tmp_path / f"{number}.png" for number in range(4)]
    for number, path in enumerate(paths):
        path.write_bytes(make_image(200 + number))
    with tab.expect_request(re.compile("/api/v1/.*/documents/$")):
        tab.set_input_files("#files", paths)
    rows = tab.locator(".upload")
    expect(rows).to_have_count(4)
    expect(rows.nth(3)).to_contain_text("esperando a vez")
    rows.nth(0).get_by_role("button", name="Cancelar").click()
    expect(rows).to_have_count(3)
    expect(rows.nth(2)).not_to_contain_text("esperando a vez")
    for route in held:
        route.abort()


def test_a_lost_connection_keeps_the_file_at_hand(site: Site, tmp_path: Path) -> None:
    path = tmp_path / "folha.png"
    path.write_bytes(make_image(5))
    tab = _documents(site)
    tab.context.set_offline(True)
    tab.set_input_files("#files", path)
    row = tab.locator(".upload")
    expect(row).to_contain_text("Sem conexão")
    tab.context.set_offline(False)
    row.get_by_role("button", name="Tentar de novo").click()
    expect(tab.locator("#documents tbody")).to_contain_text("folha.png")


def test_theme_and_menus_work_by_keyboard(site: Site) -> None:
    tab = _documents(site)
    tab.get_by_role("button", name="Trocar entre claro e escuro").press("Enter")
    expect(tab.locator("html")).to_have_attribute("data-theme", re.compile("dark|light"))
    chosen = tab.locator("html").get_attribute("data-theme")
    tab.reload()
    expect(tab.locator("html")).to_have_attribute("data-theme", str(chosen))
    switcher = tab.locator("details.project summary")
    switcher.press("Enter")
    expect(tab.get_by_role("link", name="Todos os projetos")).to_be_visible()
    tab.keyboard.press("Escape")
    expect(tab.get_by_role("link", name="Todos os projetos")).to_be_hidden()
    expect(switcher).to_be_focused()


def test_every_page_opens_without_a_refusal_of_the_policy(site: Site) -> None:
    tab = site.context_of("gerente").new_page()
    faults: list[str] = []
    tab.on("pageerror", lambda error: faults.append(str(error)))
    document = site.pages[0].document_id
    for path in ("", "review/", "engines/", "members/", "releases/", f"documents/{document}/"):
        tab.goto(f"{site.url}/projects/acervo/{path}")
        expect(tab.locator("h1")).to_be_visible()
        wide = tab.evaluate("document.documentElement.scrollWidth > innerWidth")
        assert not wide, f"{path} scrolls sideways"
    assert faults == []
