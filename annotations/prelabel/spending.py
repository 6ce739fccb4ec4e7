"""What a project's use of an engine cost today, and whether its budget is spent."""

from decimal import Decimal
from zoneinfo import ZoneInfo

from django.db.models import Sum
from django.utils import timezone

from annotations.models import Prediction, ProjectEngine


def spent_today(use: ProjectEngine) -> Decimal:
    """Return what the project's predictions of this engine cost since midnight of its own clock."""
    clock = ZoneInfo(use.project.time_zone)
    midnight = timezone.now().astimezone(clock).replace(hour=0, minute=0, second=0, microsecond=0)
    today = Prediction.objects.filter(
        engine=use.engine_id,
        page__project=use.project_id,
        created_at__gte=midnight,
        cost__isnull=False,  # as the index has it
    )
    return today.aggregate(total=Sum("cost"))["total"] or Decimal(0)


def is_spent(use: ProjectEngine) -> bool:
    """Tell whether the engine may read no more for the project today.

    A batch that is being read when the budget ends is still paid: at most one batch a worker.
    """
    return use.daily_budget is not None and spent_today(use) >= use.daily_budget
