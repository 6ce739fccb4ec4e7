"""What `upload.js` says, in the person's language; `%(name)s` is filled in by the script."""

from django.utils.translation import gettext as _


def upload_words() -> dict[str, str]:
    """Return the sentences by key."""
    return {
        "waiting": _("waiting for its turn"),
        "progress": _("%(percent)s %% · %(left)s left"),
        "started": _("%(percent)s %%"),
        "storing": _("storing"),
        "received": _("received"),
        "known": _("was already here"),
        "cancel": _("Cancel"),
        "dismiss": _("Dismiss"),
        "again": _("Try again"),
        "too_large": _("Larger than %(limit)s MB. Split it into parts."),
        "empty": _("The file is empty. Send it again from where it was made."),
        "no_network": _("No connection. The file is still on your computer: try again."),
        "logged_out": _("Your session is over. Log in again in another tab, then try again."),
        "failed": _("The server could not take it (error %(status)s). Try again."),
        "bar": _("Upload of %(name)s"),
        "seconds": _("%(n)s s"),
        "minutes": _("%(n)s min"),
    }
