"""`benchmark`: engines against gold pages, in figures that can be told again."""

from argparse import ArgumentParser
from collections.abc import Sequence
from itertools import product
from pathlib import Path
from typing import Any, TextIO, cast
from uuid import UUID

from django.core.management.base import CommandError
from django.utils.translation import gettext as _

from annotations import access
from annotations.engines import base, registry
from annotations.engines.paper import as_published
from annotations.errors import Forbidden
from annotations.management.arguments import (
    BAD_INPUT,
    PARTIAL,
    ProductCommand,
    find_engine,
    find_project,
)
from annotations.management.progress import Progress
from annotations.models import Engine, Project, User
from annotations.states import Role, Scope, Split
from exports.actions.asking import ask_missing, build
from exports.actions.evaluating import EvaluationRefused, GoldSet, begin_evaluation, figures
from exports.formats.gold import DatasetDirectory, DatasetRefusedError
from exports.management.figures_text import Measured, as_json, as_text
from exports.models import Release
from exports.samples.contamination import TrainingUnknown, trained_on
from exports.samples.gold import ProjectGold
from exports.samples.plan import PageGoneError
from exports.types import GoldRow, GoldSource

PROMPT = "prompt"  # the setting of a sweep whose values are files


class Command(ProductCommand):
    """Ask engines for gold pages, keep their raw answers, and tell figures from them."""

    help = "Measure engines on gold pages; raw answers are kept, so a second run only adds up."
    example = "--engine tesseract --engine gravado --dataset ./acervo-1 --json"

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Add who is measured, on what, and how they are asked."""
        super().add_arguments(parser)
        parser.add_argument("--engine", action="append", required=True, metavar="NAME[@V]")
        pages = parser.add_mutually_exclusive_group(required=True)
        pages.add_argument("--project", metavar="SLUG", help="its approved pages")
        pages.add_argument("--dataset", type=Path, metavar="DIR", help="an export, or its like")
        parser.add_argument(
            "--split", default="", help="test for a project; a dataset's rows are all read"
        )
        parser.add_argument(
            "--sweep",
            action="append",
            default=[],
            metavar="k=a,b,c",
            help="ask with each value of a setting; prompt=FILE,FILE takes files",
        )
        parser.add_argument(
            "--paper", action="store_true", help="as the paper: without the guard, 8,192 tokens"
        )
        parser.add_argument(
            "--allow-contaminated",
            action="store_true",
            help="measure an engine on pages that it was trained on too, and mark it",
        )

    def handle(self, *_args: Any, **options: Any) -> None:
        """Measure every engine at every point of the sweep, and say what came of it."""
        engines = [find_engine(name) for name in options["engine"]]
        points = _points(options["sweep"])
        try:
            source, gold = self._gold(options)
            rows = source.rows()
            if not rows:
                message = _("There are no gold pages here: approve pages, or name another split.")
                raise CommandError(message, returncode=BAD_INPUT)
            measured = [
                self._measure(options, engine, dict(point), source=source, gold=gold)
                for engine in engines
                for point in points
            ]
        except (DatasetRefusedError, PageGoneError) as error:
            raise CommandError(str(error), returncode=BAD_INPUT) from error
        except KeyboardInterrupt:
            message = _(
                "Interrupted. What was answered is kept; the same command goes on from there."
            )
            raise CommandError(message, returncode=PARTIAL) from None
        self.answer(options, as_json(measured), as_text(measured))
        if any(one.found.total.errors for one in measured):
            self.partial()

    def _gold(self, options: dict[str, Any]) -> tuple[GoldSource, GoldSet]:
        """Return where the pages come from, and what names them."""
        actor: User = self.actor(options)
        if options["project"]:
            project = find_project(options["project"])
            if not actor.is_system:
                access.enter(
                    access.Caller(actor), project.id, role=Role.MANAGER, scope=Scope.EXPORT
                )
            split = _split(options["split"] or Split.TEST.value)
            return ProjectGold(project, split), GoldSet(project=project, split=split, owner=project)
        if not (actor.is_system or actor.is_staff):
            raise Forbidden(_("Only staff measure engines on a directory."))
        directory = DatasetDirectory(options["dataset"], options["split"])
        owner = _owner(directory.release_id)
        return directory, GoldSet(rows_sha256=directory.rows_sha256, owner=owner)

    def _measure(
        self,
        options: dict[str, Any],
        engine: Engine,
        settings: dict[str, str],
        *,
        source: GoldSource,
        gold: GoldSet,
    ) -> Measured:
        rows, actor = source.rows(), self.actor(options)
        contaminated = _contaminated(
            engine, rows, gold.owner, allowed=options["allow_contaminated"]
        )
        prompt, parameters = _asked(engine, settings, paper=options["paper"])
        running = build(engine, prompt=prompt, parameters=parameters)
        evaluation = begin_evaluation(
            actor=actor,
            engine=engine,
            adapter_version=running.facts.adapter_version,
            prompt=prompt,
            parameters=parameters,
            gold=gold,
            contaminated=bool(contaminated),
        )
        with Progress(cast("TextIO", self.stderr), len(rows)) as bar:
            ask_missing(
                actor=actor,
                evaluation=evaluation,
                engine=running,
                source=source,
                advance=bar.advance,
            )
        return Measured(
            engine=engine,
            settings=settings,
            paper=options["paper"],
            contaminated=contaminated,
            evaluation=evaluation,
            found=figures(evaluation, rows),
        )


def _asked(
    engine: Engine, settings: dict[str, str], *, paper: bool
) -> tuple[str, dict[str, object]]:
    """Return prompt and parameters at one point of the sweep."""
    parameters: dict[str, object] = {**engine.parameters, **settings}
    if paper:
        parameters = as_published(engine.adapter, parameters)
    file = parameters.pop(PROMPT, None)
    prompt = engine.prompt if file is None else _text_of(Path(str(file)))
    # A hash that fixes what a setting names holds for the engine's own value, not for a swept one.
    if not any(f"{key}_sha256" in engine.parameters for key in settings):
        return prompt, parameters
    try:
        return prompt, registry.pinned(engine.adapter, parameters)
    except base.EngineError as error:
        raise EvaluationRefused(str(error)) from error


def _points(sweeps: Sequence[str]) -> list[tuple[tuple[str, str], ...]]:
    """Return every combination of the swept settings; one empty one where none is swept."""
    axes = []
    for text in sweeps:
        key, separator, values = text.partition("=")
        found = [value for value in values.split(",") if value]
        if not key or not separator or not found:
            raise CommandError(_("--sweep takes k=a,b,c, not “%(text)s”.") % {"text": text})
        axes.append([(key, value) for value in found])
    return list(product(*axes))


def _contaminated(
    engine: Engine, rows: Sequence[GoldRow], owner: Project | None, *, allowed: bool
) -> int:
    """Return how many rows the engine may have seen in training; refuse unless that is allowed."""
    try:
        seen = len(trained_on(engine, rows, owner))
    except TrainingUnknown:
        if not allowed:
            raise
        return len(rows)
    if seen and not allowed:
        message = _(
            "%(engine)s was trained on %(n)d of these pages: it may not be judged by them."
            " --allow-contaminated measures it and marks the row."
        )
        raise CommandError(message % {"engine": engine, "n": seen}, returncode=BAD_INPUT)
    return seen


def _owner(release_id: str | None) -> Project | None:
    """Return the project whose release a directory is a copy of, where that is here."""
    try:
        key = UUID(release_id or "")
    except ValueError:
        return None
    release = Release.objects.filter(id=key).select_related("project").first()
    return None if release is None else release.project


def _split(name: str) -> str:
    known = [split.value for split in Split]
    if name not in known:
        raise CommandError(_("--split is one of %(known)s.") % {"known": ", ".join(known)})
    return name


def _text_of(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except OSError as error:
        raise CommandError(f"{path}: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise CommandError(_("%(path)s is not UTF-8.") % {"path": path}) from error
