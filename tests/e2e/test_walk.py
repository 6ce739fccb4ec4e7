"""The loop as people walk it: correct, submit, approve, release."""

from pathlib import Path

import pyarrow.parquet as pq
import pytest
from django.core.management import call_command
from playwright.sync_api import Page as Tab
from playwright.sync_api import expect

from annotations.models import Page, Verdict
from tests.e2e.conftest import LINES, Site, ready

pytestmark = pytest.mark.e2e

CORRECTED = "\n".join([LINES[1], "a anotação da certidão de João da Silva", *LINES[3:]])


def text_of(tab: Tab) -> str:
    """Return what the open zone holds, without the crop between its lines."""
    lines = tab.locator(".zone[data-open] .cm-line").all_text_contents()
    return "\n".join(lines)


def replace_line(tab: Tab, number: int, text: str) -> None:
    """Type a line of the text zone anew, by keys alone."""
    tab.keyboard.press("Escape")
    tab.keyboard.press("t")
    tab.keyboard.press("Control+Home")
    for _ in range(number - 1):
        tab.keyboard.press("ArrowDown")
    tab.keyboard.press("Home")
    tab.keyboard.press("Shift+End")
    tab.keyboard.type(text)


def test_a_page_is_corrected_submitted_approved_and_released(site: Site, tmp_path: Path) -> None:
    reviewer = site.context_of("revisora").new_page()
    reviewer.goto(f"{site.url}/projects/acervo/")
    reviewer.get_by_role("button", name="Corrigir").first.click()
    ready(reviewer)
    expect(reviewer).to_have_url(site.address(site.pages[0]))
    scroll = reviewer.evaluate("[document.documentElement.scrollHeight, innerHeight]")
    assert scroll == [768, 768]
    replace_line(reviewer, 2, "a anotação da certidão de João da Silva")
    expect(reviewer.locator(".tally strong")).to_contain_text("edições")
    reviewer.keyboard.press("Control+Enter")
    reviewer.wait_for_url(site.address(site.pages[1]))

    approver = site.context_of("aprovadora").new_page()
    approver.goto(f"{site.url}/projects/acervo/review/")
    approver.get_by_role("button", name="Aprovar a próxima").click()
    ready(approver)
    expect(approver.locator("#diff ins").first).to_be_visible()
    assert text_of(approver) == CORRECTED
    approver.keyboard.press("Control+Enter")
    approver.wait_for_url("**/approve/")

    page = Page.objects.select_related("head_revision").get(id=site.pages[0].id)
    assert page.state == "approved"
    assert page.head_revision is not None
    assert page.head_revision.content["text"] == CORRECTED
    assert page.head_revision.active_seconds > 0
    call_command("export_dataset", project="acervo", output=tmp_path / "out", verbosity=0)
    rows = [pq.read_table(file).to_pylist() for file in (tmp_path / "out/data/raw").glob("*")]
    assert [row["text"] for table in rows for row in table] == [CORRECTED]


def test_the_line_under_the_caret_is_shown_in_the_image_and_as_a_crop(site: Site) -> None:
    tab = site.open(site.context_of("revisora"), site.pages[0])
    replace_line(tab, 2, "a anotação da certidão de João da Silva")
    assert tab.locator(".line-now").count() == 1
    crop = tab.locator(".zone[data-open] svg.crop")
    expect(crop).to_have_count(1)
    assert crop.get_attribute("aria-label") == "Recorte da linha 2 na imagem"
    tab.keyboard.press("Control+End")
    tab.keyboard.press("Enter")
    tab.keyboard.type("zzzz qqqq")
    expect(tab.locator(".zone[data-open] .crop-none")).to_have_count(1)
    assert tab.locator(".line-now").count() == 0


def test_a_click_on_the_ink_puts_the_caret_there(site: Site) -> None:
    tab = site.open(site.context_of("revisora"), site.pages[0])
    tab.locator("polygon.line").nth(3).click()
    expect(tab.locator(".zone[data-open] .cm-activeLine")).to_have_text(LINES[3])
    tab.locator("polygon.line").nth(0).click()
    expect(tab.locator(".zone[data-open]")).to_have_attribute("data-zone", "header")
    expect(tab.locator(".zone[data-open] .cm-activeLine")).to_have_text(LINES[0])


def test_keys_are_text_while_typing_and_deeds_while_navigating(site: Site) -> None:
    tab = site.open(site.context_of("revisora"), site.pages[0])
    tab.keyboard.press("Control+Home")
    tab.keyboard.press("End")
    tab.keyboard.type("smx[?0")
    assert text_of(tab).startswith(f"{LINES[1]}smx[?0\n")
    tab.keyboard.type(" linha longa que ocupa mais de uma linha da tela" * 2)
    tab.keyboard.press("Control+Home")
    tab.keyboard.press("End")
    tab.keyboard.press("Escape")
    expect(tab.locator("#mode")).to_have_text("navegando")
    # The caret stood at a row's end inside the line: CodeMirror used to take the focus back.
    tab.evaluate("new Promise(done => requestAnimationFrame(() => setTimeout(done, 50)))")
    tab.keyboard.press("h")
    expect(tab.locator(".zone[data-open]")).to_have_attribute("data-zone", "header")
    tab.keyboard.press("Escape")
    tab.keyboard.press("?")
    expect(tab.locator("#keys-dialog")).to_be_visible()


def test_nothing_fires_while_a_letter_is_being_composed(site: Site) -> None:
    context = site.context_of("revisora")
    tab = site.open(context, site.pages[0])
    tab.keyboard.press("Control+Home")
    keyboard = context.new_cdp_session(tab)
    keyboard.send("Input.imeSetComposition", {"text": "~", "selectionStart": 1, "selectionEnd": 1})
    for key in ("Enter", "Escape"):
        event = {"key": key, "ctrlKey": key == "Enter", "isComposing": True, "bubbles": True}
        tab.evaluate(
            "e => document.activeElement.dispatchEvent(new KeyboardEvent('keydown', e))", event
        )
    keyboard.send("Input.insertText", {"text": "ã"})
    assert text_of(tab).startswith(f"ã{LINES[1]}\n")
    expect(tab).to_have_url(site.address(site.pages[0]))
    expect(tab.locator("#mode")).to_have_text("editando")


def test_a_submit_can_be_taken_back_until_it_is_approved(site: Site) -> None:
    tab = site.open(site.context_of("revisora"), site.pages[0])
    replace_line(tab, 2, "outra linha")
    tab.keyboard.press("Control+Enter")
    tab.wait_for_url(site.address(site.pages[1]))
    ready(tab)
    tab.get_by_role("button", name="Desfazer envio").click()
    tab.wait_for_url(site.address(site.pages[0]))
    ready(tab)
    assert "outra linha" in text_of(tab)
    assert Page.objects.get(id=site.pages[0].id).state == "open"


def test_a_page_is_sent_back_with_a_remark(site: Site) -> None:
    reviewer = site.open(site.context_of("revisora"), site.pages[0])
    reviewer.keyboard.press("Control+Enter")
    reviewer.wait_for_url(site.address(site.pages[1]))
    approver = site.open(site.context_of("aprovadora"), site.pages[0])
    approver.keyboard.press("v")
    approver.get_by_label("O que deve ser visto de novo?").fill("Falta o til na linha 2.")
    approver.get_by_role("dialog").get_by_role("button", name="Devolver").click()
    approver.wait_for_url("**/approve/")
    assert Page.objects.get(id=site.pages[0].id).state == "open"
    reviewer.goto(site.address(site.pages[0]))
    ready(reviewer)
    expect(reviewer.get_by_text("Falta o til na linha 2.")).to_be_visible()


def test_a_verdict_on_a_version_that_changed_meanwhile_is_refused(site: Site) -> None:
    reviewer = site.open(site.context_of("revisora"), site.pages[0])
    reviewer.keyboard.press("Control+Enter")
    reviewer.wait_for_url(site.address(site.pages[1]))
    ready(reviewer)
    approver = site.open(site.context_of("aprovadora"), site.pages[0])
    reviewer.get_by_role("button", name="Desfazer envio").click()
    reviewer.wait_for_url(site.address(site.pages[0]))
    ready(reviewer)
    replace_line(reviewer, 2, "mudou depois")
    reviewer.keyboard.press("Control+Enter")
    reviewer.wait_for_url(site.address(site.pages[1]))
    with approver.expect_response("**/verdict/") as answer:
        approver.keyboard.press("Control+Enter")
    assert answer.value.status == 412
    expect(approver.locator("#toast")).to_be_visible()
    assert Page.objects.get(id=site.pages[0].id).state == "corrected"
    assert not Verdict.objects.exists()


def test_a_page_is_skipped_with_a_reason_and_the_next_comes(site: Site) -> None:
    reviewer = site.context_of("revisora").new_page()
    reviewer.goto(f"{site.url}/projects/acervo/")
    reviewer.get_by_role("button", name="Corrigir").first.click()
    ready(reviewer)
    reviewer.keyboard.press("Escape")
    reviewer.keyboard.press("s")
    reviewer.get_by_role("button", name="Não consigo ler").click()
    reviewer.get_by_role("dialog").get_by_role("button", name="Pular").click()
    reviewer.wait_for_url(site.address(site.pages[1]))


def test_a_blank_page_is_one_key_and_a_field_says_what_is_known(site: Site) -> None:
    tab = site.open(site.context_of("revisora"), site.pages[0])
    tab.keyboard.press("Escape")
    tab.keyboard.press("j")
    tab.keyboard.press("x")
    tab.keyboard.press("j")
    tab.keyboard.press("Enter")
    tab.keyboard.type("31/02/2020")
    expect(tab.get_by_text("esse dia não existe")).to_be_visible()
    tab.keyboard.press("Escape")
    tab.keyboard.press("b")
    expect(tab.locator("[data-when=blank]")).to_be_visible()
    tab.keyboard.press("Control+Enter")
    tab.wait_for_url(site.address(site.pages[1]))
    page = Page.objects.select_related("head_revision").get(id=site.pages[0].id)
    assert page.head_revision is not None
    content = page.head_revision.content
    assert [content[zone] for zone in ("header", "margin", "footer", "text")] == [None] * 3 + [""]
    assert content["fields"]["cpf"]["status"] == "absent"
    assert content["fields"]["data"] == {
        "value": "31/02/2020", "status": "present", "source": "person",
    }  # fmt: skip
