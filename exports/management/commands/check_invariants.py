"""`check_invariants`: whether the books balance."""

from typing import Any

from django.core.management.base import CommandError
from django.utils.translation import gettext as _

from annotations import ports
from annotations.management.arguments import BAD_INPUT, ProductCommand


class Command(ProductCommand):
    """Ask every registered invariant and print one line a finding."""

    help = "Check that the database and the stored files agree with the rules."
    example = "--json"

    def handle(self, *_args: Any, **options: Any) -> None:
        """Print findings; exit 1 when there is one."""
        checks = ports.invariants()
        found = [f"{name}: {line}" for name, check in checks.items() for line in check()]
        if options["json"]:
            self.answer(options, {"checks": len(checks), "findings": found}, "")
        for line in [] if options["json"] else found:
            self.stdout.write(line)
        if found:
            message = _("%(n)d findings.") % {"n": len(found)}
            raise CommandError(message, returncode=BAD_INPUT)
        if not options["json"]:
            self.stdout.write(_("%(n)d checks, nothing found.") % {"n": len(checks)})
