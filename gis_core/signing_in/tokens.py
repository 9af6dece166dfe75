"""The one token of a user, given for name and password at `/api/v1/token/`: the same until it ends, then another."""

from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from rest_framework.authtoken.models import Token


def end_of(token: Token) -> datetime:
    """From when on it is refused."""
    return token.created + timedelta(days=settings.TOKEN_DAYS)


def has_ended(token: Token) -> bool:
    return end_of(token) <= timezone.now()


@transaction.atomic
def of(user: Any) -> Token:
    """The user's token, made anew if there is none that holds."""
    token, made = Token.objects.select_for_update().get_or_create(user=user)
    if made or not has_ended(token):
        return token
    token.delete()
    return Token.objects.create(user=user)
