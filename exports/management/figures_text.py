"""What `benchmark` found, for programs and for people."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Final

from django.utils.translation import gettext as _

from annotations.metrics import PairedDifference, wilson
from annotations.models import Engine
from annotations.quality.differences import differences
from annotations.quality.evaluate import Evaluated, Figures
from annotations.quality.published import PAGES, PUBLISHED
from exports.models import Evaluation

NOTHING: Final = "-"


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """One engine, as it was asked, and what came of it; `settings` is its point of a sweep."""

    engine: Engine
    settings: Mapping[str, str]
    paper: bool
    contaminated: int
    evaluation: Evaluation
    found: Evaluated

    @property
    def label(self) -> str:
        """Name the engine and what it was asked otherwise."""
        return " ".join([str(self.engine), *(f"{k}={v}" for k, v in self.settings.items())])

    def to_json(self) -> dict[str, object]:
        """Return the engine's names and figures: of all pages, by kind, by whose answer."""
        return {
            "name": self.engine.name,
            "engine": str(self.engine),
            "settings": dict(self.settings),
            "paper": self.paper,
            "contaminated": self.contaminated,
            "evaluation": str(self.evaluation.id),
            **self.found.total.to_json(),
            "kinds": {kind: figures.to_json() for kind, figures in self.found.kinds.items()},
            "based_on": {name: figures.to_json() for name, figures in self.found.based_on.items()},
        }


def as_json(measured: Sequence[Measured]) -> dict[str, object]:
    """Return everything as one object; `published` was not measured here."""
    return {
        "engines": [one.to_json() for one in measured],
        "differences": [
            {
                "engines": [first.label, second.label],
                **{name: found and asdict(found) for name, found in gaps.items()},
            }
            for first, second, gaps in _pairs(measured)
        ],
        "published": [{**one._asdict(), "pages": PAGES, "measured": False} for one in PUBLISHED],
    }


def as_text(measured: Sequence[Measured]) -> str:
    """Return everything as lines for people."""
    lines = [line for one in measured for line in _engine(one)]
    for first, second, gaps in _pairs(measured):
        lines.append(
            _("%(first)s minus %(second)s:") % {"first": first.label, "second": second.label}
        )
        lines += [f"  {name} {_difference(found)}" for name, found in gaps.items() if found]
    return "\n".join([*lines, *_published()])


def _pairs(
    measured: Sequence[Measured],
) -> Iterator[tuple[Measured, Measured, dict[str, PairedDifference | None]]]:
    """Set the first against each of the others: a sweep of many points stays readable."""
    first = measured[0]
    for second in measured[1:]:
        yield first, second, differences(first.found.pages, second.found.pages)


def _engine(one: Measured) -> Iterator[str]:
    marks = [_("as the paper measures")] if one.paper else []
    if one.contaminated:
        marks.append(_("CONTAMINATED: trained on %(n)d of these pages") % {"n": one.contaminated})
    total = one.found.total
    head = _("%(engine)s: %(n)d pages") % {"engine": one.label, "n": total.pages}
    yield " · ".join([head, *marks])
    for line in _figures(total):
        yield f"  {line}"
    for title, groups in ((_("of kind"), one.found.kinds), (_("gold from"), one.found.based_on)):
        for name, figures in sorted(groups.items()):
            yield f"  {title} {name or NOTHING}: {_short(figures)}"


def _figures(found: Figures) -> Iterator[str]:
    told = found.to_json()
    yield _("score %(score)s (lev %(lev)s, bleu %(bleu)s), as published %(published)s") % {
        "score": _number(told["dharma_score"]),
        "lev": _number(told["lev"]),
        "bleu": _number(told["bleu"]),
        "published": _number(told["dharma_score_as_published"]),
    }
    yield _(
        "CER %(cer)s, white space apart %(norm)s, WER %(wer)s, word F1 %(f1)s, wrong zone %(zone)s"
    ) % {
        "cer": _rate(found.cer.rate),
        "norm": _rate(found.cer_norm.rate),
        "wer": _rate(found.wer.rate),
        "f1": _number(found.words.f1),
        "zone": _rate(found.wrong_zone),
    }
    yield _("degenerate %(loops)s: truncated %(cut)s, repeated tail %(tail)s, guard %(guard)s") % {
        "loops": _share(found.degenerate, found),
        "cut": _share(found.truncated, found),
        "tail": _share(found.tail_repetition, found),
        "guard": _share(found.stopped_by_guard, found),
    }
    yield _("blank: %(right)d of %(blank)d right; pages without an answer: %(errors)d") % {
        "right": found.blank_right,
        "blank": found.blank,
        "errors": found.errors,
    }
    yield _("seconds a page p50 %(p50)s, p95 %(p95)s; tokens in %(in)s, out %(out)s") % {
        "p50": _number(told["latency_p50"]),
        "p95": _number(told["latency_p95"]),
        "in": _count(told["input_tokens"]),
        "out": _count(told["output_tokens"]),
    }
    yield _("a million pages cost %(busy)s, and %(idle)s for a device that waits") % {
        "busy": _number(told["cost_per_million_pages"]),
        "idle": _number(told["idle_cost_per_million_pages"]),
    }


def _short(found: Figures) -> str:
    return _("n=%(n)d score %(score)s CER %(cer)s") % {
        "n": found.pages,
        "score": _number(found.to_json()["dharma_score"]),
        "cer": _rate(found.cer.rate),
    }


def _published() -> Iterator[str]:
    yield _("Published on the benchmark's %(n)d pages, not measured here:") % {"n": PAGES}
    for one in PUBLISHED:
        loops = NOTHING if one.degeneration is None else _rate(one.degeneration)
        yield f"  {one.score:.3f}  {loops:>6}  {one.system}"


def _difference(found: PairedDifference) -> str:
    values = {
        "gap": f"{found.difference:+.4f}",
        "low": f"{found.low:+.4f}",
        "high": f"{found.high:+.4f}",
        "documents": found.documents,
    }
    return _("%(gap)s (95 %% interval %(low)s to %(high)s, %(documents)d documents)") % values


def _share(count: int, found: Figures) -> str:
    low, high = wilson(count, len(found.answered))
    return f"{count} ({low:.2%}–{high:.2%})"


def _rate(value: float) -> str:
    return f"{value:.2%}"


def _number(value: object) -> str:
    return f"{value:.3f}" if isinstance(value, float) else NOTHING


def _count(value: object) -> str:
    return NOTHING if value is None else str(value)
