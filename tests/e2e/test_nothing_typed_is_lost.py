"""Crash, no network, an expired session, a second tab: each keeps every letter."""

from contextlib import suppress

import pytest
from django.contrib.sessions.models import Session
from playwright.sync_api import BrowserContext, expect
from playwright.sync_api import Error as PlaywrightError
from playwright.sync_api import Page as Tab

from annotations.models import Draft
from annotations.review.moves import reopen
from annotations.review.submit import submit
from annotations.review.writing import Writing
from tests.conftest import PASSWORD
from tests.e2e.conftest import LINES, Site, ready

pytestmark = pytest.mark.e2e

KEPT_MS = 500  # promised: this long after the last key the text is in the browser's own store
SENT_MS = 3_000  # and this long after it on the server
# Answers how long, in milliseconds, it takes until the browser's own store holds the text.
UNTIL_KEPT = """async (text) => {
  const start = performance.now();
  const database = await new Promise((resolve) => {
    const opening = indexedDB.open("ocrlab");
    opening.onsuccess = () => resolve(opening.result);
  });
  const holds = () => new Promise((resolve) => {
    const all = database.transaction("drafts").objectStore("drafts").getAll();
    all.onsuccess = () => resolve(all.result.some((k) => k.draft.content.text.includes(text)));
  });
  while (!(await holds())) await new Promise(requestAnimationFrame);
  database.close();
  return performance.now() - start;
}"""


def type_at_start(tab: Tab, text: str) -> None:
    """Type at the beginning of the text zone."""
    tab.keyboard.press("Escape")
    tab.keyboard.press("t")
    tab.keyboard.press("Control+Home")
    tab.keyboard.type(text)


def shown(tab: Tab) -> str:
    """Return the first line of the open zone."""
    return tab.locator(".zone[data-open] .cm-line").first.text_content() or ""


def saved(tab: Tab, kind: str) -> None:
    """Wait for what the bar says about saving."""
    expect(tab.locator("#saved")).to_have_attribute("data-kind", kind)


def drafted(site: Site) -> str:
    """Return the text of the draft on the server."""
    return str(Draft.objects.get(page=site.pages[0]).content["text"])


def test_typing_is_on_the_server_within_three_seconds(site: Site) -> None:
    tab = site.open(site.context_of("revisora"), site.pages[0])
    with tab.expect_response("**/draft/", timeout=SENT_MS) as answer:
        type_at_start(tab, "ação ")
    assert answer.value.request.method == "PUT"
    saved(tab, "saved")
    expect(tab.locator("#saved")).to_contain_text("salvo")
    assert drafted(site).startswith("ação ")
    tab.reload()
    ready(tab)
    assert shown(tab) == f"ação {LINES[1]}"


def test_a_crash_before_the_server_had_it_loses_nothing(site: Site) -> None:
    context = site.context_of("revisora")
    tab = site.open(context, site.pages[0])
    block_drafts(context)
    type_at_start(tab, "não se perde ")
    assert tab.evaluate(UNTIL_KEPT, "não se perde ") <= KEPT_MS
    crash(tab)
    again = site.open(context, site.pages[0])
    assert shown(again) == f"não se perde {LINES[1]}"
    expect(again.locator("#toast")).to_contain_text("voltou")
    context.unroute("**/draft/")
    saved(again, "saved")
    assert drafted(site).startswith("não se perde ")


def test_without_a_network_the_text_is_kept_here_and_sent_when_it_is_back(site: Site) -> None:
    context = site.context_of("revisora")
    tab = site.open(context, site.pages[0])
    context.set_offline(True)
    type_at_start(tab, "sem rede ")
    saved(tab, "local")
    expect(tab.get_by_role("button", name="Tentar já")).to_be_visible()
    assert not Draft.objects.exists()
    context.set_offline(False)
    saved(tab, "saved")
    assert drafted(site).startswith("sem rede ")


def test_an_expired_session_keeps_the_text_until_the_person_is_back(site: Site) -> None:
    context = site.context_of("revisora")
    tab = site.open(context, site.pages[0])
    Session.objects.all().delete()
    type_at_start(tab, "sessão ")
    link = tab.get_by_role("link", name="Entrar em outra aba")
    expect(link).to_be_visible()
    with context.expect_page() as opened:
        link.click()
    login = opened.value
    login.fill("[name=username]", "revisora")
    login.fill("[name=password]", PASSWORD)
    login.keyboard.press("Enter")
    ready(login)
    login.close()
    tab.bring_to_front()
    saved(tab, "saved")
    assert drafted(site).startswith("sessão ")


def test_two_tabs_are_told_of_each_other_and_both_texts_are_joined(site: Site) -> None:
    context = site.context_of("revisora")
    first, second = site.open(context, site.pages[0]), site.open(context, site.pages[0])
    type_at_start(first, "primeira ")
    saved(first, "saved")
    second.keyboard.press("Control+End")
    second.keyboard.type(" segunda")
    dialog = second.locator("#conflict")
    expect(dialog).to_be_visible()
    second.keyboard.press("Escape")
    expect(dialog).to_be_visible()
    dialog.get_by_role("button", name="Juntar os dois").click()
    saved(second, "saved")
    assert drafted(site).startswith("primeira ")
    assert drafted(site).endswith(" segunda")


def test_a_submit_over_a_changed_page_keeps_both_texts(site: Site) -> None:
    tab = site.open(site.context_of("revisora"), site.pages[0])
    someone_else_moves(site)
    type_at_start(tab, "meu ")
    with tab.expect_response("**/submit/") as answer:
        tab.keyboard.press("Control+Enter")
    assert answer.value.status == 412
    dialog = tab.locator("#conflict")
    expect(dialog.locator("ins").first).to_be_visible()
    dialog.get_by_role("button", name="Ficar com o meu").click()
    expect(dialog).to_be_hidden()
    with tab.expect_response("**/submit/") as answer:
        tab.keyboard.press("Control+Enter")
    assert answer.value.status == 200
    tab.wait_for_url(site.address(site.pages[1]))


def crash(tab: Tab) -> None:
    """Kill the page's process: no handler of the page runs."""
    with tab.expect_event("crash"), suppress(PlaywrightError):
        tab.goto("chrome://crash")
    tab.close()


def block_drafts(context: BrowserContext) -> None:
    """Lose every draft on its way to the server."""
    context.route(
        "**/draft/",
        lambda route: route.abort() if route.request.method == "PUT" else route.continue_(),
    )


def someone_else_moves(site: Site) -> None:
    """Submit another text and open the page again, as another reviewer and the approver."""
    page = site.pages[0]
    page.refresh_from_db()
    content = page.current_prediction.content | {"text": "texto de outra pessoa"}
    from annotations.content import PageContent

    writing = Writing(content=PageContent.from_json(content), fields_version=1)
    moved = submit(actor=site.cast["revisor"], page=page, version=page.version, writing=writing)
    reopen(actor=site.cast["aprovadora"], page=moved, reason="ver de novo")
