"""Times as people say them, on the project's clock."""

from datetime import datetime, timedelta

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

MINUTE = 60  # seconds
HOUR = 3600


def say_moment(moment: datetime) -> str:
    """Say a moment by its day: "today, 13:31", "yesterday, 17:20", "2 Nov, 09:05"."""
    local = timezone.localtime(moment)
    today = timezone.localdate()
    clock = date_format(local, "H:i")
    if local.date() == today:
        return _("today, %(clock)s") % {"clock": clock}
    if local.date() == today - timedelta(days=1):
        return _("yesterday, %(clock)s") % {"clock": clock}
    form = "j M" if local.year == today.year else "j M Y"
    day = date_format(local, form)
    # Portuguese writes its months small; Django's abbreviations are made to stand alone.
    return f"{day.lower() if get_language() == 'pt-br' else day}, {clock}"


def say_duration(seconds: float) -> str:
    """Say a duration to the nearest step that helps: "8 s", "4 min", "2 h"."""
    whole = max(1, round(seconds))
    if whole < MINUTE:
        return _("%(n)d s") % {"n": whole}
    if whole < HOUR:
        return _("%(n)d min") % {"n": round(whole / MINUTE)}
    hours = round(whole / HOUR)
    return ngettext("%(n)d hour", "%(n)d hours", hours) % {"n": hours}
