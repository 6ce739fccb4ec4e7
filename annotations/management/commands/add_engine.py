"""Add an engine to the installation."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any, Final

from django.core.management.base import CommandError
from django.utils.translation import gettext as _

from annotations.engines import registry
from annotations.engines.openai_presets import OPENAI_PRESETS
from annotations.engines.presets import PRESETS as MODEL_PRESETS
from annotations.engines.presets import Preset
from annotations.management.arguments import ProductCommand, find_project
from annotations.prelabel.engines import EngineSettings, add_engine, use_engine

# Models that are run here, and servers that run one.
PRESETS: Final = {**MODEL_PRESETS, **OPENAI_PRESETS}


class Command(ProductCommand):
    """Add an engine, or a new version of one, and let a project use it."""

    help = "Add an engine, or a new version of one; the same settings change nothing."
    example = "gravado --adapter replay --param answers=respostas.json --project acervo"

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Add what makes an engine and what it costs."""
        super().add_arguments(parser)
        parser.add_argument("name", metavar="NAME", help="NAME means its latest version")
        kind = parser.add_mutually_exclusive_group(required=True)
        kind.add_argument("--preset", choices=sorted(PRESETS), help="settings known to work")
        kind.add_argument("--adapter", choices=registry.ADAPTERS, help="how it is reached")
        parser.add_argument("--model", default="", metavar="ID_OR_DIR", help="which model")
        parser.add_argument("--revision", default="", metavar="SHA", help="which of its versions")
        parser.add_argument("--base-url", metavar="U", help="address of its server")
        parser.add_argument("--prompt-file", type=Path, metavar="F", help="what it is asked")
        parser.add_argument(
            "--param", action="append", default=[], metavar="k=v", help="a setting of the adapter"
        )
        parser.add_argument("--label", default="", help="what people read beside its name")
        parser.add_argument("--licence", default="", help="licence of the model")
        for price, what in (
            ("per-hour", "an hour of the device"),
            ("in", "a million tokens in"),
            ("out", "a million tokens out"),
        ):
            parser.add_argument(
                f"--price-{price}", type=float, metavar="X", help=f"price of {what}"
            )
        parser.add_argument("--project", metavar="SLUG", help="a project that uses it from now on")

    def handle(self, *_args: Any, **options: Any) -> None:
        """Add the engine and print its name and version."""
        project = find_project(options["project"]) if options["project"] else None
        actor = self.actor(options)
        engine = add_engine(actor=actor, name=options["name"], settings=_settings(options))
        if project is not None:
            order = project.project_engines.exclude(engine=engine).count()
            use_engine(actor=actor, project=project, engine=engine, order=order)
        fields = {"name": engine.name, "version": engine.version, "identity": engine.identity}
        self.answer(options, fields, str(engine))


def _settings(options: dict[str, Any]) -> EngineSettings:
    prices = {"per_hour": "price_per_hour", "in": "price_in", "out": "price_out"}
    preset = PRESETS[options["preset"]] if options["preset"] else Preset(adapter=options["adapter"])
    prompt = _prompt(options["prompt_file"])
    given = dict(_pair(text) for text in options["param"])
    address = {"base_url": options["base_url"]} if options["base_url"] else {}
    return EngineSettings(
        adapter=preset.adapter,
        model_id=options["model"] or preset.model_id,
        revision=options["revision"],
        prompt=preset.prompt if prompt is None else prompt,
        parameters={**preset.parameters, **given, **address},
        price={key: options[name] for key, name in prices.items() if options[name] is not None},
        label=options["label"],
        licence=options["licence"] or preset.licence,
    )


def _pair(text: str) -> tuple[str, str]:
    key, separator, value = text.partition("=")
    if not key or not separator:
        raise CommandError(_("--param takes k=v, not “%(text)s”.") % {"text": text})
    return key, value


def _prompt(path: Path | None) -> str | None:
    if path is None:
        return None
    try:
        return path.read_text(encoding="utf-8")
    except OSError as error:
        raise CommandError(f"{path}: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise CommandError(_("%(path)s is not UTF-8.") % {"path": path}) from error
