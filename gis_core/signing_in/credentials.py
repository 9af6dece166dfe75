"""Secrets for programs: made once, shown once, known by their hash, for a limited time."""

import hashlib
import re
import secrets
from dataclasses import dataclass
from datetime import timedelta
from http import HTTPStatus
from typing import Any

from django.contrib.auth import get_user_model
from django.db import connection
from django.utils import timezone
from django.utils.translation import gettext as _

from gis_core.errors import NotFound, Refused, WanggeError
from gis_core.signing_in.models import Credential

MOST_DAYS = 366
MOST_OF_A_USER = 50
OLD_TOKEN = re.compile(r"[0-9a-f]{40}")
"""Of /api/v1/token/ before its tokens were hashed; looked up by the beginning of the hash."""
SECRET = re.compile(r"wg([at])_([a-z0-9]{12})_[A-Za-z0-9_-]{32}")
KINDS = {"a": Credential.Kind.APPLICATION, "t": Credential.Kind.TOKEN}
SAFE = ("GET", "HEAD", "OPTIONS")


class ReadOnly(WanggeError):
    """The credential may only read."""

    status = HTTPStatus.FORBIDDEN
    code = "read_only"


@dataclass(frozen=True)
class Made:
    """A new credential, and its secret, which nobody can be told again."""

    credential: Credential
    secret: str


def make(user: Any, kind: str, title: str, days: float, read_only: bool = False) -> Made:
    """Give a program a secret of its own. Raises Refused for one too many."""
    if (
        Credential.objects.filter(user=user, revoked_at=None, expires_at__gt=timezone.now()).count()
        >= MOST_OF_A_USER
    ):
        message = _("You have %d credentials that hold; revoke one first.") % MOST_OF_A_USER
        raise Refused(message, {"most": MOST_OF_A_USER}, "too_many_credentials")
    letter = next(letter for letter, value in KINDS.items() if value == kind)
    lookup = "".join(secrets.choice("abcdefghijklmnopqrstuvwxyz0123456789") for _ in range(12))
    secret = f"wg{letter}_{lookup}_{secrets.token_urlsafe(24)}"
    made = Credential.objects.create(
        user=user,
        kind=kind,
        title=title,
        lookup=lookup,
        digest=_digest(secret),
        read_only=read_only,
        expires_at=timezone.now() + timedelta(days=days),
    )
    return Made(made, secret)


def revoke(user: Any, number: int) -> None:
    """End one of the user's own. Raises NotFound."""
    rows = Credential.objects.filter(user=user, pk=number, revoked_at=None)
    if not rows.update(revoked_at=timezone.now()):
        raise NotFound(_("There is no credential %(number)s.") % {"number": number}, {"number": number})


def is_secret(text: str) -> bool:
    """Whether it looks like one of ours, rather than like a password that somebody has thought of."""
    return SECRET.fullmatch(text) is not None or OLD_TOKEN.fullmatch(text) is not None


def user_of(secret: str, kind: str, method: str) -> Any:
    """Whose secret it is; None if it does not hold. Raises ReadOnly for a write with one that may only read."""
    lookup = _lookup(secret, kind)
    if lookup is None:
        return None
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM credential_user(%s, %s, %s)", [kind, lookup, _digest(secret)])
        row = cursor.fetchone()
    if row is None:
        return None
    if row[1] and method not in SAFE:
        raise ReadOnly(_("This credential may only read."), {"method": method})
    return get_user_model().objects.filter(pk=row[0], is_active=True).first()


def _lookup(secret: str, kind: str) -> str | None:
    """What finds its row; None for a secret of another kind, and for what is none."""
    if kind == Credential.Kind.TOKEN and OLD_TOKEN.fullmatch(secret):
        return _digest(secret)[:12]
    parts = SECRET.fullmatch(secret)
    return parts[2] if parts is not None and KINDS[parts[1]] == kind else None


def _digest(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()
