"""A second factor by time-based codes (RFC 6238, TOTP), for who has switched it on; kept by django-otp."""

from base64 import b32encode
from typing import Any

import qrcode
from django.db import transaction
from django.utils.translation import gettext as _
from django_otp.plugins.otp_totp.models import TOTPDevice
from qrcode.image.svg import SvgPathImage

from gis_core.access import NotSignedIn
from gis_core.errors import Conflict


def is_on(user: Any) -> bool:
    """Whether the user needs a code to sign in."""
    return TOTPDevice.objects.filter(user=user, confirmed=True).exists()


def verify(user: Any, code: str) -> bool:
    """Whether the code is the user's now. One that was used is wrong; after a wrong one the next must wait a little."""
    with transaction.atomic():
        device = TOTPDevice.objects.select_for_update().filter(user=user, confirmed=True).first()
        return device is not None and bool(device.verify_token(code))


@transaction.atomic
def begin(user: Any) -> dict[str, str]:
    """A new secret to put into a program that shows codes; nothing is on before `confirm`. Raises Conflict."""
    if is_on(user):
        raise Conflict(_("The second factor is on already."), code="second_factor_on")
    TOTPDevice.objects.filter(user=user, confirmed=False).delete()
    device = TOTPDevice.objects.create(user=user, name="totp", confirmed=False)
    picture = qrcode.make(device.config_url, image_factory=SvgPathImage).to_string(encoding="unicode")
    return {"secret": b32encode(device.bin_key).decode(), "url": device.config_url, "qr": picture}


@transaction.atomic
def confirm(user: Any, code: str) -> None:
    """Switch it on with a first code. Raises NotSignedIn for a wrong one, Conflict when nothing was begun."""
    device = TOTPDevice.objects.select_for_update().filter(user=user, confirmed=False).first()
    if device is None:
        raise Conflict(_("Ask for a secret first."), code="second_factor_not_begun")
    if not device.verify_token(code):
        raise NotSignedIn(_("The code is wrong, or was used before."), {"field": "code"}, "wrong_code")
    device.confirmed = True
    device.save(update_fields=["confirmed"])


def end(user: Any, code: str) -> None:
    """Switch it off, with a code. Raises NotSignedIn for a wrong one."""
    if not verify(user, code):
        raise NotSignedIn(_("The code is wrong, or was used before."), {"field": "code"}, "wrong_code")
    TOTPDevice.objects.filter(user=user).delete()
