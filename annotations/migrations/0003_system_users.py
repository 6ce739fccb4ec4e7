"""The two users that are no persons: the command line and known ground truth."""

from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps

SYSTEM_USERS = ("cli", "ground-truth")


def add(apps: StateApps, _editor: BaseDatabaseSchemaEditor) -> None:
    """Create the system users; `!` is a password nobody can type."""
    user = apps.get_model("annotations", "User")
    for name in SYSTEM_USERS:
        user.objects.create(username=name, password="!", is_system=True)  # noqa: S106


def remove(apps: StateApps, _editor: BaseDatabaseSchemaEditor) -> None:
    """Delete the system users."""
    apps.get_model("annotations", "User").objects.filter(username__in=SYSTEM_USERS).delete()


class Migration(migrations.Migration):
    dependencies = [("annotations", "0002_append_only")]

    operations = [migrations.RunPython(add, remove)]
