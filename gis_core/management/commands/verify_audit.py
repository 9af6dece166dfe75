"""`manage.py verify_audit`: check every line of the audit; keep the ends of its chains, or compare with kept ones."""

import json
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _

from gis_core.audit import verifying
from gis_core.audit.models import AuditEntry


class Command(BaseCommand):
    help = "Check every line of the audit. Exit status 1 if any was changed, removed or put in."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--keep", type=Path, help="write the ends of the chains to this file, to be kept elsewhere"
        )
        parser.add_argument("--against", type=Path, help="compare with the ends in this file")

    def handle(self, *args: Any, **options: Any) -> None:
        found = verifying.broken()
        if options["against"]:
            found += verifying.differing(_read(options["against"]))
        if options["keep"]:
            options["keep"].write_text(json.dumps(verifying.heads(), indent=1))
        if found:
            raise CommandError("\n".join(found), returncode=1)
        count = AuditEntry.objects.count()
        self.stdout.write(_("The audit is whole: %(lines)d lines.") % {"lines": count})


def _read(path: Path) -> verifying.Heads:
    try:
        return verifying.read(path.read_text())
    except (OSError, ValueError) as error:
        raise CommandError(f"{path}: {error}") from error
