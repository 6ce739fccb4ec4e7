"""Two at once: numbers are never shared, and a release ends in exactly one way."""

import threading
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from typing import Any

import pytest
from django.db import connection

from annotations.errors import DomainError
from annotations.jobs import drain
from annotations.models import Page, Project, User
from exports.actions import cancel_release, read_options, request_release, withdraw_release
from exports.actions.assembly import place_of
from exports.models import BuildJob, Release
from exports.models.release import WrongReleaseState

pytestmark = pytest.mark.django_db(transaction=True)
Approve = Callable[..., Page]


def at_once(*works: Callable[[], Any]) -> list[BaseException | None]:
    """Run all works at the same moment, each on its own connection; return what each raised."""
    barrier = threading.Barrier(len(works))
    raised: list[BaseException | None] = [None] * len(works)

    def run(place: int, work: Callable[[], Any]) -> None:
        try:
            barrier.wait(timeout=30)
            work()
        except BaseException as error:
            raised[place] = error
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=item) for item in enumerate(works)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return raised


@pytest.fixture
def asked(
    system_users: Callable[[], None], approve: Approve, project: Project, cast: dict[str, User]
) -> Callable[[], Release]:
    system_users()
    approve(1)
    return lambda: request_release(actor=cast["gerente"], project=project, options=read_options())


def test_ten_requests_at_once_get_ten_numbers(asked: Callable[[], Release]) -> None:
    assert at_once(*[asked] * 10) == [None] * 10
    assert sorted(Release.objects.values_list("number", flat=True)) == list(range(1, 11))


def test_two_who_cancel_at_once_are_told_apart(
    asked: Callable[[], Release], cast: dict[str, User]
) -> None:
    release = asked()
    raised = at_once(*[lambda: cancel_release(actor=cast["gerente"], release=release)] * 2)
    assert sorted(type(error).__name__ for error in raised) == ["NoneType", "WrongReleaseState"]
    assert not BuildJob.objects.exclude(state="cancelled").exists()


def test_a_release_that_is_cancelled_while_it_is_built_ends_in_one_way(
    asked: Callable[[], Release], cast: dict[str, User]
) -> None:
    for _ in range(4):
        release = asked()
        give_up = partial(cancel_release, actor=cast["gerente"], release=release)
        cancel = at_once(lambda: drain("cpu"), give_up)[1]
        release.refresh_from_db()
        job = BuildJob.objects.get(release=release)
        if cancel is None:
            assert (release.state, job.state) == ("cancelled", "cancelled")
            assert release.sha256 == ""
            assert not place_of(release).exists()
        else:
            assert isinstance(cancel, WrongReleaseState)
            assert (release.state, job.state) == ("ready", "done")
            assert place_of(release).is_dir()


def test_only_a_ready_release_is_withdrawn(
    asked: Callable[[], Release], cast: dict[str, User]
) -> None:
    release = asked()
    with pytest.raises(WrongReleaseState):
        withdraw_release(actor=cast["gerente"], release=release)
    drain("cpu")
    withdraw_release(actor=cast["gerente"], release=release)
    with suppress(DomainError):
        withdraw_release(actor=cast["gerente"], release=release)
    release.refresh_from_db()
    assert release.state == "withdrawn"


def test_a_builder_that_lost_its_lease_makes_nothing_ready(
    asked: Callable[[], Release], monkeypatch: pytest.MonkeyPatch
) -> None:
    release = asked()
    from exports.actions import building

    build = building.assemble

    def lose_lease(found: Release, *, advance: Any) -> str:
        sha256 = build(found, advance=advance)
        BuildJob.objects.filter(release=found).update(token=99)
        return sha256

    monkeypatch.setattr(building, "assemble", lose_lease)
    drain("cpu")
    release.refresh_from_db()
    assert release.state == "building"
    assert BuildJob.objects.get().state == "running"
