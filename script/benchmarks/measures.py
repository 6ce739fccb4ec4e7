"""The requests that are measured at each size, as one reviewer and as eight at once."""

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from urllib.parse import quote

from benchmarks import rows, texts
from benchmarks.cast import REVIEWERS, SLUG
from benchmarks.client import Client
from benchmarks.figures import Figure, figure

LIST = 100  # items a list request asks for
READS = 60  # requests a kind of read
LOOP = 200  # times one reviewer asks, opens and submits
SUBMITS = 1600  # by all reviewers together
# One page in this many is corrected by the loop, and in the same way by the eight reviewers.
SHARE_OF_OPEN = 4
PAGES = f"projects/{SLUG}/pages/?limit={LIST}"


def run(address: str, tokens: list[str], pages: int) -> list[Figure]:
    """Measure everything on a project of `pages` pages. Consumes open pages."""
    client = Client(address, tokens[0])
    open_pages = [number for number in range(1, pages + 1) if rows.is_open(number)]
    return [
        *_loop(client, min(LOOP, len(open_pages) // SHARE_OF_OPEN)),
        *_reads(client, pages),
        _submits(
            [Client(address, token) for token in tokens],
            open_pages[-min(SUBMITS, len(open_pages) // SHARE_OF_OPEN * 2) :],
        ),
    ]


def search_words() -> dict[str, str]:
    """Return what is searched for, from words of nearly every page to one of a single page."""
    words = texts.vocabulary()
    return {
        "common word": words[2],
        "uncommon word": words[1000],
        "two words": f"{words[100]} {words[300]}",
        "word of one page": "registro17",
    }


def list_paths() -> dict[str, str]:
    """Return the list requests by the name of their figure."""
    searches = {f"search, {k}": f"{PAGES}&q={quote(v)}" for k, v in search_words().items()}
    return {
        f"list {LIST} pages": PAGES,
        f"list {LIST} open pages": f"{PAGES}&state=open",
        f"list {LIST} documents": f"projects/{SLUG}/documents/?limit={LIST}",
        **searches,
    }


def correction(page: dict[str, Any]) -> dict[str, Any]:
    """Return the body of a submit that changes one word of a page."""
    content = page["content"]
    return {
        "content": {**content, "text": f"{content['text']} ação"},
        "spans": [],
        "base_prediction": page["base_prediction"],
        "fields_version": page["fields_version"],
        "active_seconds": 40,
    }


def _loop(client: Client, times: int) -> list[Figure]:
    """Ask for the next page, open it, submit it: what a reviewer does all day."""
    asked, opened, submitted = [], [], []
    for _ in range(times):
        reply = client.call("POST", f"projects/{SLUG}/queue/next/", {})
        asked.append(reply.seconds)
        page = client.call("GET", f"pages/{reply.body['page']['id']}/")
        opened.append(page.seconds)
        submitted.append(_submit(client, page.body, page.etag))
    return [
        figure("next page", asked),
        figure("open a page", opened),
        figure("submit, 1 client", submitted, sum(submitted)),
    ]


def _reads(client: Client, pages: int) -> list[Figure]:
    def repeat(path: str) -> list[float]:
        client.call("GET", path)  # the first request of a kind warms caches, as life does
        return [client.call("GET", path).seconds for _ in range(READS)]

    with_layout = range(1, pages + 1, max(200, pages // READS // 200 * 200))
    words = [client.call("GET", f"pages/{rows.page_key(n)}/words/").seconds for n in with_layout]
    figures = [figure(name, repeat(path)) for name, path in list_paths().items()]
    return [figure("words of a page", words), *figures]


def _submits(clients: list[Client], numbers: list[int]) -> Figure:
    """Submit pages that nobody else works on, as fast as eight people can."""

    def prepare(job: tuple[Client, int]) -> Callable[[], float]:
        client, number = job
        page = client.call("GET", f"pages/{rows.page_key(number)}/")
        return lambda: _submit(client, page.body, page.etag)

    shares = [numbers[at::REVIEWERS] for at in range(REVIEWERS)]
    jobs = [[prepare((c, n)) for n in share] for c, share in zip(clients, shares, strict=True)]
    started = time.perf_counter()
    with ThreadPoolExecutor(REVIEWERS) as pool:
        seconds = [s for own in pool.map(lambda own: [job() for job in own], jobs) for s in own]
    return figure(f"submit, {REVIEWERS} clients", seconds, time.perf_counter() - started)


def _submit(client: Client, page: dict[str, Any], etag: str) -> float:
    path = f"pages/{page['id']}/submit/"
    return client.call("POST", path, correction(page), If_Match=etag).seconds
