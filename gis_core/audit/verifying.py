"""Whether the audit is whole, and what to keep elsewhere so that a later look can tell."""

import json
from typing import Any

from django.db import connection
from django.utils.translation import gettext as _

from gis_core.audit.models import AuditChain, AuditEntry

Heads = dict[str, dict[str, Any]]


def broken() -> list[str]:
    """What does not fit, in words; empty for a whole audit."""
    words = {
        "changed": _("chain %(chain)s: line %(number)s was changed"),
        "missing before": _("chain %(chain)s: lines before %(number)s are missing"),
        "cut off": _("chain %(chain)s: lines up to %(number)s are missing at the end"),
        "no such chain": _("chain %(chain)s: its end is not recorded"),
    }
    with connection.cursor() as cursor:
        cursor.execute("SELECT chain, number, reason FROM audit_broken()")
        return [
            words[reason] % {"chain": chain, "number": number} for chain, number, reason in cursor.fetchall()
        ]


def heads() -> Heads:
    """The end of every chain: kept elsewhere, it tells later that nothing up to here was touched."""
    rows = AuditChain.objects.order_by("id")
    return {str(row.pk): {"number": row.number, "digest": row.digest} for row in rows}


def differing(earlier: Heads) -> list[str]:
    """Which of the chains no longer hold the line that they ended with; lines forgotten since count as whole."""
    found = []
    for chain, head in earlier.items():
        now = AuditChain.objects.filter(pk=int(chain)).first()
        if head["number"] and (now is None or not _holds(now, head)):
            found.append(
                _("chain %(chain)s: line %(number)s is not what it was")
                % {"chain": chain, "number": head["number"]}
            )
    return found


def _holds(chain: AuditChain, head: dict[str, Any]) -> bool:
    if head["number"] < chain.pruned_number:
        return True
    if head["number"] == chain.pruned_number:
        return bool(chain.pruned_digest == head["digest"])
    return AuditEntry.objects.filter(chain=chain.pk, number=head["number"], digest=head["digest"]).exists()


def read(text: str) -> Heads:
    """Ends as `heads` gave them, out of a file. Raises ValueError."""
    found = json.loads(text)
    if not isinstance(found, dict) or not all(
        chain.isdigit() and isinstance(head.get("number"), int) and isinstance(head.get("digest"), str)
        for chain, head in found.items()
    ):
        raise ValueError(_("The file does not hold the ends of chains."))
    return found
