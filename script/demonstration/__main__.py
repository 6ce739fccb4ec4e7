"""Fill the project `demo` and say how to enter it; `script/demo` calls this.

Every step may be repeated: documents, engines and reviews that are there already stay as they are.
"""

import argparse
import os
import shutil
from pathlib import Path

import django
from fictitious import demo_set

from ocrlab.env import kept_secret, read

SLUG, NAME = "demo", "Demonstração"
FIELDS = Path(__file__).parent / "fields.json"


def main() -> None:
    """Make the project ready; with `--once` also cut a release and print where it is."""
    parser = argparse.ArgumentParser("script/demo")
    parser.add_argument("--once", action="store_true", help="export, print the release and end")
    once = parser.parse_args().once
    folder = _setup() / "demo"
    _make_documents(folder)
    # Late: rows can be imported only once Django is set up.
    from demonstration import cast, reviews, steps
    from demonstration.worker import working

    project = steps.project(SLUG, name=NAME, fields=FIELDS)
    entrances = cast.invite(project)
    steps.add_engines(project, folder / "answers.json")
    with working():
        steps.ingest(project, folder)
        # Before the recorded answers arrive: what was corrected are Tesseract's misreadings.
        reviews.catch_up(project, folder / "truth.json")
        steps.prelabel(project)
    print("\nEverything in the project “demo” is fictitious. Passwords are new at every run:")
    for entrance in entrances:
        print(f"  {entrance.user.username:<12} {entrance.password}")
    if once:
        print(f"release: {steps.export(project, folder)}")


def _setup() -> Path:
    """Complete the environment as `script/server` does, migrate, and return the data folder."""
    data_dir = read({**os.environ, "DEBUG": "1"}).data_dir
    os.environ.setdefault("SECRET_KEY", kept_secret(data_dir))
    os.environ.setdefault("OCRLAB_PLAIN_HTTP", "1")
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "ocrlab.settings")
    django.setup()
    from django.core.management import call_command

    call_command("migrate", verbosity=0)
    return data_dir


def _make_documents(folder: Path) -> None:
    """Make the fictitious documents once; a folder that is there is whole."""
    if folder.exists():
        return
    fresh = folder.with_name("demo.new")
    shutil.rmtree(fresh, ignore_errors=True)
    demo_set.make(fresh)
    fresh.rename(folder)


if __name__ == "__main__":
    main()
