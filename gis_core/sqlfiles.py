"""SQL is source: the numbered files `<app>/sql/NNN_topic.sql` are installed here, and nowhere else.

Every file is idempotent. All are installed in one transaction after `migrate`; the hash of their text is
recorded, and a system check warns when the database runs another text than the tree holds.
"""

import hashlib
from collections.abc import Callable
from pathlib import Path

from django.apps import AppConfig, apps
from django.conf import settings
from django.core import checks
from django.db import DatabaseError, connection, transaction

afterwards: list[Callable[[], None]] = []
"""Called within install(), after the last file: apps attach their triggers to the tables that need them."""

at_the_end: list[Callable[[], None]] = []
"""Called after those: what looks at the finished tables."""


def files() -> list[Path]:
    """Every SQL file, apps in the order of INSTALLED_APPS, then by number."""
    return [
        path
        for app in apps.get_app_configs()
        for path in sorted((Path(app.path) / "sql").glob("[0-9]*_*.sql"))
    ]


def digest() -> str:
    """SHA-256 over names and texts."""
    total = hashlib.sha256()
    for path in files():
        total.update(path.name.encode() + b"\0" + path.read_bytes() + b"\0")
    return total.hexdigest()


def install() -> list[Path]:
    """Run every file and what comes afterwards in one transaction, and record the hash; return the files."""
    from gis_core.models import SqlInstall

    paths = files()
    with transaction.atomic(), connection.cursor() as cursor:
        for path in paths:
            cursor.execute(path.read_text(encoding="utf-8"))
        store_rules()
        for attach in [*afterwards, *at_the_end]:
            attach()
        SqlInstall.objects.update_or_create(id=1, defaults={"digest": digest()})
    return paths


def installed_digest() -> str | None:
    """The hash that the database recorded, or None where nothing was ever installed."""
    from gis_core.models import SqlInstall

    row = SqlInstall.objects.filter(id=1).first()
    return row.digest if row else None


def store_tiers(sender: AppConfig, **_: object) -> None:
    """Write settings.CODE_LENGTHS where the database's own checks read it."""
    from gis_core.codes import TIERS, rank_of
    from gis_core.models import Tier

    for tier in TIERS:
        Tier.objects.update_or_create(
            tier=tier, defaults={"rank": rank_of(tier), "code_length": settings.CODE_LENGTHS[tier]}
        )


def store_rules(**_: object) -> None:
    """Write access.RULES where the policies of the database read them."""
    from gis_core.access import RULES
    from gis_core.models import Rule

    wanted = {(str(role), action) for role, actions in RULES.items() for action in actions}
    there = set(Rule.objects.values_list("role", "action"))
    for role, action in there - wanted:
        Rule.objects.filter(role=role, action=action).delete()
    Rule.objects.bulk_create([Rule(role=role, action=action) for role, action in sorted(wanted - there)])


def register_check() -> None:
    checks.register(check_installed, checks.Tags.database)


def check_installed(**_: object) -> list[checks.CheckMessage]:
    """System check: the database runs the SQL that this tree holds."""
    try:
        current = installed_digest() == digest()
    except DatabaseError:
        return [checks.Warning("The database has no tables yet; run migrate.", id="gis_core.W001")]
    if current:
        return []
    # A warning, for as an error it would stop the very migrate that mends it; /readyz refuses meanwhile.
    return [
        checks.Warning("The database runs other SQL than this tree holds; run migrate.", id="gis_core.W002")
    ]
