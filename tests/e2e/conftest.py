"""A real Chromium before a real server: two people, one document of two pages, real letters."""

import os
import shutil
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import pytest
from django.conf import settings
from django.db import connection
from django.test import Client
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright
from pytest_django.live_server_helper import LiveServer

from tests.conftest import CHECKOUT
from tests.e2e.sheet import LINES, Sheet, draw

if TYPE_CHECKING:
    from annotations.models import Page as PageRow
    from annotations.models import Project, User

# Playwright keeps an event loop in this thread; Django then takes every query for a mistake.
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")

SCREEN = {"width": 1366, "height": 768}
BUILT = CHECKOUT / "annotations/static/annotations/correction/correction.js"
AT_WORK = """
SELECT count(*) FROM pg_stat_activity
WHERE datname = current_database() AND pid <> pg_backend_pid() AND state <> 'idle'
"""
QUIET_LOOKS, LAST_REQUEST_S = 3, 20
# Counts what the policy refused, from before the page's first script.
WATCH_POLICY = """
window.refused = [];
document.addEventListener("securitypolicyviolation", (e) => {
  window.refused.push(`${e.violatedDirective} ${e.blockedURI} ${e.sourceFile}:${e.lineNumber}`);
});
"""


@dataclass
class Site:
    """Where the product runs, and who and what is in it."""

    url: str
    project: "Project"
    cast: dict[str, "User"]
    pages: list["PageRow"]
    sheet: Sheet
    browser: Browser
    refused: list[str] = field(default_factory=list)
    contexts: list[BrowserContext] = field(default_factory=list)

    def context_of(self, name: str, **options: Any) -> BrowserContext:
        """Return a browser of that person, logged in, in Portuguese."""
        context = self.browser.new_context(viewport=SCREEN, locale="pt-BR", **options)
        context.add_init_script(WATCH_POLICY)
        client = Client()
        client.force_login(self.cast[name])
        session = client.cookies[settings.SESSION_COOKIE_NAME].value
        cookies = {settings.SESSION_COOKIE_NAME: session, settings.LANGUAGE_COOKIE_NAME: "pt-br"}
        context.add_cookies(
            [{"name": key, "value": value, "url": self.url} for key, value in cookies.items()]
        )
        context.on("console", self._hear)
        self.contexts.append(context)
        return context

    def address(self, page: "PageRow") -> str:
        """Return the correction screen of a page."""
        return f"{self.url}/projects/{self.project.slug}/pages/{page.id}/"

    def open(self, context: BrowserContext, page: "PageRow") -> Page:
        """Open a page's correction screen and wait until it can be used."""
        tab = context.new_page()
        tab.goto(self.address(page))
        ready(tab)
        return tab

    def _hear(self, message: Any) -> None:
        if "Content Security Policy" in message.text:
            self.refused.append(message.text)


def ready(tab: Page) -> None:
    """Wait until the correction screen can be used."""
    tab.wait_for_selector("#correction[data-ready]")


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """Return Chromium, or skip visibly where there is none."""
    program = shutil.which("chromium") or shutil.which("google-chrome")
    if program is None:
        pytest.skip("Chromium is not installed")
    if not BUILT.is_file():
        pytest.skip("the correction screen is not built; run script/setup")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=program,
            args=["--no-sandbox", "--disable-gpu", "--disable-background-networking"],
        )
        yield browser
        browser.close()


@pytest.fixture
def site(
    live_server: LiveServer,
    chromium: Browser,
    system_users: Callable[[], None],
    project: "Project",
    cast: dict[str, "User"],
) -> Iterator[Site]:
    """Return the product with two open pages; ends with the policy having refused nothing."""
    system_users()
    sheet = draw()
    pages = sheet.pages(project, 2)
    made = Site(live_server.url, project, cast, pages, sheet, chromium)
    yield made
    for context in made.contexts:
        for tab in context.pages:
            made.refused += tab.evaluate("window.refused ?? []")
        context.close()
    wait_for_the_last_request()
    assert made.refused == []


def wait_for_the_last_request() -> None:
    """Wait until no request is at work in the database, which is emptied after each test.

    A page that is left sends its last words; emptying the tables meanwhile would be a deadlock.
    """
    quiet, deadline = 0, time.monotonic() + LAST_REQUEST_S
    while quiet < QUIET_LOOKS:
        assert time.monotonic() < deadline, "a request is still at work"
        time.sleep(0.1)
        with connection.cursor() as cursor:
            cursor.execute(AT_WORK)
            quiet = quiet + 1 if cursor.fetchone() == (0,) else 0


__all__ = ["LINES", "Site", "ready"]
