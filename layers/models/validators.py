"""Model validators that say in words what the database refuses in any case (layers/sql/020_identifiers.sql)."""

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from layers import identifiers


def credit_code(value: str) -> None:
    """Raises ValidationError unless `value` is a unified social credit code."""
    reason = identifiers.credit_code_error(value)
    if reason is not None:
        raise ValidationError(reason)


def camera_code(value: str) -> None:
    """Raises ValidationError unless `value` is the code of a camera."""
    if not identifiers.is_camera_code(value):
        raise ValidationError(
            _("%(code)s is no camera's code of GB/T 28181: 20 digits, the 11th to 13th 131 or 132")
            % {"code": value[:40]}
        )
