"""Engines: add one to the installation, let a project use one, find one by name, build one."""

import hashlib
import json
import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from functools import lru_cache

from django.conf import settings as site
from django.db import connection, transaction
from django.utils.translation import gettext as _

from annotations.engines import base, registry
from annotations.engines.transport import Outside
from annotations.models import Engine, Event, Project, ProjectEngine, User
from annotations.outbound.client import Client
from annotations.prelabel.errors import ConsentMissing, EngineNotUsed, EngineRefused, EngineUnknown

# Built engines kept by a worker process: weights are loaded once.
BUILT_ENGINES = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class EngineSettings:
    """What makes an engine, and what it costs (`{per_hour}` or `{in, out}` a million tokens)."""

    adapter: str
    model_id: str = ""
    revision: str = ""
    prompt: str = ""
    parameters: Mapping[str, object] = field(default_factory=dict)
    price: Mapping[str, float] = field(default_factory=dict)
    label: str = ""
    licence: str = ""


@transaction.atomic
def add_engine(*, actor: User, name: str, settings: EngineSettings) -> Engine:
    """Add an engine, or a version of one; the same settings give the row that is there.

    The price of an engine that is there may move; what was read keeps its cost.
    Raises `EngineRefused`.
    """
    try:
        parameters = registry.pinned(
            settings.adapter,
            settings.parameters,
            model_id=settings.model_id,
            prompt=settings.prompt,
        )
        built = registry.build(
            settings.adapter,
            settings.model_id,
            settings.revision,
            settings.prompt,
            parameters,
            outside=outside(near_only=False),
        )
        facts = built.facts
    except base.EngineError as error:
        raise EngineRefused(str(error)) from error
    identity = identity_of(settings, parameters)
    _lock_name(name)
    versions = Engine.objects.filter(name=name)
    known = versions.filter(identity=identity).first()
    if known is not None:
        if settings.price:
            versions.filter(id=known.id).update(price=dict(settings.price))
            known.refresh_from_db()
        return known
    last = versions.order_by("-version").values_list("version", flat=True).first() or 0
    engine = Engine.objects.create(
        name=name,
        version=last + 1,
        adapter=facts.adapter,
        adapter_version=facts.adapter_version,
        model_id=facts.model_id,
        revision=facts.revision or settings.revision,
        prompt=settings.prompt,
        parameters=parameters,
        identity=identity,
        label=settings.label,
        queue=facts.queue,
        batch_size=facts.batch_size,
        sends_data_to_third_party=facts.sends_data_to_third_party,
        licence=settings.licence or facts.licence,
        price=dict(settings.price),
    )
    Event.objects.record(
        actor=actor, verb="engine.added", row=engine, project=None, version=engine.version
    )
    return engine


@transaction.atomic
def use_engine(
    *,
    actor: User,
    project: Project,
    engine: Engine,
    order: int = 0,
    consent: bool = False,
    daily_budget: Decimal | None = None,
) -> ProjectEngine:
    """Let a project use an engine; the first in `order` reads new pages, the next where it fails.

    `daily_budget` is in the currency of the engine's price; None sets no limit.

    Raises `ConsentMissing` for an engine that sends pages away, unless the project agrees.
    """
    if engine.sends_data_to_third_party and not consent:
        raise ConsentMissing(_("This engine sends pages to a third party: agree to that first."))
    used, _created = ProjectEngine.objects.update_or_create(
        project=project,
        engine=engine,
        defaults={"order": order, "consent": consent, "daily_budget": daily_budget},
    )
    Event.objects.record(
        actor=actor, verb="engine.used", row=engine, project=project, order=order, consent=consent
    )
    return used


def find_engine(name: str) -> Engine:
    """Return an engine by `NAME` (the latest) or `NAME@3`. Raises `EngineUnknown`."""
    engine = Engine.objects.named(name)
    if engine is None:
        raise EngineUnknown(_("There is no engine “%(name)s”. Add it first.") % {"name": name})
    return engine


def project_engine(project: Project, engine: Engine | None = None) -> ProjectEngine:
    """Return the project's use of `engine`, by default of its first. Raises `EngineNotUsed`."""
    uses = ProjectEngine.objects.filter(project=project).select_related("engine")
    found = (uses if engine is None else uses.filter(engine=engine)).first()
    if found is None:
        raise EngineNotUsed(_("The project does not use this engine. Let it use one first."))
    return found


def identity_of(settings: EngineSettings, parameters: Mapping[str, object]) -> str:
    """Return the hash over what makes an engine: adapter, model, revision, prompt, parameters."""
    parts = [settings.adapter, settings.model_id, settings.revision, settings.prompt, parameters]
    return hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()


def built(engine: Engine) -> base.Engine:
    """Return the running engine behind a row; kept, since it may hold weights.

    Raises `EngineError`.
    """
    return _built(
        engine.adapter,
        engine.model_id,
        engine.revision,
        engine.prompt,
        _frozen(engine),
        near_only=not engine.sends_data_to_third_party,
    )


def outside(*, near_only: bool) -> Outside:
    """Return the way to servers that the operator's settings allow.

    `near_only`: an engine that was added as one of the house's own stays that, wherever its name
    leads later; projects agreed to nothing else.
    """
    return Outside(Client(site.OUTBOUND_ALLOW, near_only=near_only), os.environ.get)


@lru_cache(maxsize=BUILT_ENGINES)
def _built(
    adapter: str,
    model_id: str,
    revision: str,
    prompt: str,
    parameters: str,
    *,
    near_only: bool,
) -> base.Engine:
    way_out = outside(near_only=near_only)
    read = json.loads(parameters)
    return registry.build(adapter, model_id, revision, prompt, read, outside=way_out)


def _frozen(engine: Engine) -> str:
    return json.dumps(engine.parameters, sort_keys=True)


def _lock_name(name: str) -> None:
    """Let one transaction at a time number the versions of a name."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 1))", [name])
