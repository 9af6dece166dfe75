"""Tokens given for name and password at `/api/v1/token/`: credentials like those that people make, kept as a hash."""

from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from gis_core import scope
from gis_core.signing_in import credentials
from gis_core.signing_in.models import Credential

DOOR = "/api/v1/token/"
MOST_OF_A_USER = 20
"""That hold at once; the oldest ends when another is asked for."""


@transaction.atomic
def give(user: Any) -> credentials.Made:
    """Another token of the user; those given before still hold, as other programs may have them."""
    with scope.acting(user):
        held = Credential.objects.filter(
            user=user, title=DOOR, revoked_at=None, expires_at__gt=timezone.now()
        ).order_by("-id")
        old = list(held.values_list("pk", flat=True)[MOST_OF_A_USER - 1 :])
        Credential.objects.filter(pk__in=old).update(revoked_at=timezone.now())
        return credentials.make(user, Credential.Kind.TOKEN, DOOR, settings.TOKEN_DAYS)
