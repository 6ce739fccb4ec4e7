"""What a release's page tells: tables, steps, the card, a few rows."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from django.utils import timezone
from django.utils.translation import gettext as _

from annotations.content import ZONES, PageContent
from annotations.models import Page, Revision
from annotations.states import ReleaseState, Split
from annotations.web.moments import say_duration
from exports.actions.assembly import place_of
from exports.formats.directory import read_manifest
from exports.formats.manifest import CARD_NAME
from exports.models import Release, ReleaseItem
from exports.samples.snapshot import Contents

SPLITS = tuple(split.value for split in Split)
SHARE_WIDTH = 120  # units of the bar's view box
SAMPLES = 4
SAMPLE_CHARACTERS = 240
MEGABYTE = 1_000_000
ON_THE_WAY = (ReleaseState.QUEUED.value, ReleaseState.BUILDING.value)


@dataclass(frozen=True, slots=True)
class ConfigRow:
    """Pages of one configuration by split; `since` is the change to the release before, if any."""

    name: str
    note: str
    splits: list[int]
    total: int
    since: int | None


@dataclass(frozen=True, slots=True)
class LeftOutRow:
    """Pages left out for one reason, and the length of their bar."""

    reason: str
    count: int
    width: int


@dataclass(frozen=True, slots=True)
class Step:
    """One step of a build: `done`, `now` or waiting."""

    label: str
    state: str
    figure: str = ""


@dataclass(frozen=True, slots=True)
class CardFacts:
    """What a ready release's directory tells of itself."""

    text: str
    target_style: str
    megabytes: float
    sha256: str


@dataclass(frozen=True, slots=True)
class SampleRow:
    """One row of a release, as people recognise it."""

    page: Page
    split: str
    text: str


def config_rows(
    contents: Contents, configs: Sequence[str], before: Contents | None = None
) -> list[ConfigRow]:
    """Return the table of what goes in."""
    notes = {"raw": _("image and approved text"), "sft": _("prompt and answer")}
    return [
        ConfigRow(
            name=name,
            note=notes[name],
            splits=[_rows(contents, name).get(split, 0) for split in SPLITS],
            total=sum(_rows(contents, name).values()),
            since=None
            if before is None
            else sum(_rows(contents, name).values()) - sum(_rows(before, name).values()),
        )
        for name in configs
    ]


def left_out_rows(left_out: dict[str, int]) -> list[LeftOutRow]:
    """Return the table of what stays out, the largest reason first."""
    labels = {
        "not_approved": _("Not approved yet"),
        "excluded": _("Excluded by a person"),
        "no_verdict": _("Approved without a recorded judgement"),
        "same_bytes": _("The same file is in the release already"),
        "no_split": _("Its group has no split"),
    }
    most = max(left_out.values(), default=0)
    return [
        LeftOutRow(labels.get(reason, reason), count, max(1, SHARE_WIDTH * count // most))
        for reason, count in sorted(left_out.items(), key=lambda item: -item[1])
        if count
    ]


def steps(release: Release, written: int) -> list[Step]:
    """Return how far a release is."""
    writing = release.state == ReleaseState.BUILDING.value
    complete = release.state in {ReleaseState.READY.value, ReleaseState.WITHDRAWN.value}
    figure = _("%(n)d of %(rows)d") % {"n": written, "rows": release.rows} if writing else ""
    return [
        Step(_("Choose approved pages"), "done", str(release.rows)),
        Step(_("Divide by group, drawn at arrival"), "done"),
        Step(_("Write Parquet"), "done" if complete else "now" if writing else "", figure),
        Step(_("Check sums and put in place"), "done" if complete else ""),
    ]


def time_left(release: Release, written: int) -> str:
    """Say how long a running build still takes at its own pace, or nothing."""
    if release.state != ReleaseState.BUILDING.value or not written or release.started_at is None:
        return ""
    spent: timedelta = timezone.now() - release.started_at
    seconds = spent.total_seconds() * (release.rows - written) / written
    return _("about %(time)s left") % {"time": say_duration(seconds)}


def card_facts(release: Release) -> CardFacts | None:
    """Read a ready release's card; None where its directory is not at hand."""
    if release.state != ReleaseState.READY.value:
        return None
    place = place_of(release)
    try:
        manifest = read_manifest(place)
        text = (place / CARD_NAME).read_text(encoding="utf-8")
    except OSError:
        return None
    size = sum(int(entry["size"]) for entry in manifest["files"])
    style = str(manifest["target_style"]).replace(",", ", ").replace(";", " · ")
    body = text.partition("\n---\n")[2].strip()
    return CardFacts(body, style, size / MEGABYTE, str(manifest["sha256"]))


def sample_rows(release: Release) -> list[SampleRow]:
    """Return a few rows spread over the release; pages erased since then are passed over."""
    positions = {release.rows * n // SAMPLES for n in range(SAMPLES)}
    items = list(
        ReleaseItem.objects.filter(release=release, position__in=positions).order_by("position")
    )
    pages = Page.objects.select_related("document").in_bulk([item.page_id for item in items])
    revisions = Revision.objects.in_bulk([item.revision_id for item in items])
    return [
        SampleRow(pages[item.page_id], item.split, _plain(revisions[item.revision_id]))
        for item in items
        if item.page_id in pages and item.revision_id in revisions
    ]


def _rows(contents: Contents, config: str) -> dict[str, int]:
    return contents.trainable if config == "sft" else contents.rows


def _plain(revision: Revision) -> str:
    content = PageContent(**{zone: revision.content.get(zone) for zone in ZONES})
    text = content.plain_text()
    return text if len(text) <= SAMPLE_CHARACTERS else f"{text[:SAMPLE_CHARACTERS]}…"
