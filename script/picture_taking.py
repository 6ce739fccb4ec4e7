"""Start the server, look at the demo as its people do, and keep what they see."""

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import django

CHECKOUT = Path(__file__).resolve().parent.parent
PICTURES = CHECKOUT / "docs" / "screenshots"
SCREEN = {"width": 1366, "height": 768}
START_S = 60  # migrations and static files of a first start included

os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"  # Playwright keeps an event loop in this thread
django.setup()

from django.conf import settings  # noqa: E402
from django.test import Client  # noqa: E402
from playwright.sync_api import Browser, Page, sync_playwright  # noqa: E402

from annotations.models import Draft, Project, User  # noqa: E402
from annotations.models import Page as PageRow  # noqa: E402
from annotations.review.leases import take  # noqa: E402
from annotations.states import PageState, WorkKind  # noqa: E402


def main() -> None:
    """Take every picture in both themes."""
    PICTURES.mkdir(parents=True, exist_ok=True)
    project = Project.objects.get(slug="demo")
    with serving() as url, sync_playwright() as playwright:
        program = shutil.which("chromium") or shutil.which("google-chrome")
        options = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
        browser = playwright.chromium.launch(executable_path=program, args=options)
        for theme in ("light", "dark"):
            for name, who, look in views(project):
                with tab_of(browser, url, who, theme) as tab:
                    look(tab, f"{url}/projects/{project.slug}")
                    tab.screenshot(path=PICTURES / f"{name}-{theme}.png")
                    print(f"docs/screenshots/{name}-{theme}.png")
        browser.close()


View = Callable[[Page, str], None]


def views(project: Project) -> list[tuple[str, str | None, View]]:
    """Return what is pictured: a name, who looks, and how they get there."""
    return [
        ("login", None, lambda tab, url: visit(tab, f"{url.split('/projects')[0]}/login/")),
        ("documents", "gerente", lambda tab, url: visit(tab, f"{url}/")),
        ("correction", "revisora", lambda tab, url: correct(tab, url, project)),
        ("approval", "aprovadora", lambda tab, url: approve(tab, url, project)),
        ("release", "gerente", lambda tab, url: visit(tab, f"{url}/releases/1/")),
    ]


def visit(tab: Page, url: str) -> None:
    """Open a page and wait for its pictures."""
    tab.goto(url)
    tab.wait_for_load_state("networkidle")


def correct(tab: Page, url: str, project: Project) -> None:
    """Stand on a line in the middle of a page, with a change that is saved."""
    reviewer = User.objects.get(username="revisora")
    page = PageRow.objects.get(project=project, document__filename="sentenca-001.jpg", number=1)
    Draft.objects.filter(page=page).delete()
    take(page.id, reviewer, WorkKind.CORRECT)
    desk(tab, url, page)
    for _ in range(19):
        tab.keyboard.press("ArrowDown")
    tab.keyboard.press("Home")
    for _ in range(2):
        tab.keyboard.press("Control+ArrowRight")
    tab.keyboard.type("x")
    tab.keyboard.press("Backspace")
    tab.wait_for_selector("#saved[data-kind=saved] time:not(:empty)")
    settle(tab)


def approve(tab: Page, url: str, project: Project) -> None:
    """Look at another person's correction, the one that changed most."""
    corrected = PageRow.objects.filter(project=project, state=PageState.CORRECTED)
    page = corrected.order_by("-head_revision__figures__cer_edits").first()
    if page is None:
        sys.exit("the demo has no corrected page")
    take(page.id, User.objects.get(username="aprovadora"), WorkKind.APPROVE)
    desk(tab, url, page)


def desk(tab: Page, url: str, page: PageRow) -> None:
    """Open the correction screen of a page."""
    visit(tab, f"{url}/pages/{page.id}/")
    tab.wait_for_selector("#correction[data-ready]")
    settle(tab)


def settle(tab: Page) -> None:
    """Let smooth movements end."""
    tab.wait_for_timeout(800)


@contextmanager
def tab_of(browser: Browser, url: str, who: str | None, theme: str) -> Iterator[Page]:
    """Open a tab of that person in Portuguese; None is nobody."""
    context = browser.new_context(viewport=SCREEN, color_scheme=theme, locale="pt-BR")
    cookies: dict[str, Any] = {settings.LANGUAGE_COOKIE_NAME: "pt-br"}
    if who is not None:
        client = Client()
        client.force_login(User.objects.get(username=who))
        cookies[settings.SESSION_COOKIE_NAME] = client.cookies[settings.SESSION_COOKIE_NAME].value
    context.add_cookies([{"name": k, "value": v, "url": url} for k, v in cookies.items()])
    yield context.new_page()
    context.close()


@contextmanager
def serving() -> Iterator[str]:
    """Run the server on a free port and end it afterwards."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    server = subprocess.Popen([CHECKOUT / "script/server", "--port", str(port)])
    try:
        deadline = time.monotonic() + START_S
        while socket.socket().connect_ex(("127.0.0.1", port)):
            if server.poll() is not None or time.monotonic() > deadline:
                sys.exit("the server did not start")
            time.sleep(0.2)
        yield f"http://127.0.0.1:{port}"
    finally:
        server.send_signal(signal.SIGTERM)
        server.wait()


if __name__ == "__main__":
    main()
