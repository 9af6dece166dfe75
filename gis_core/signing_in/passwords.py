"""The rule of passwords that Django has not: several kinds of characters."""

from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _


class SeveralKinds:
    """At least three of: small letters, capitals, digits, other characters."""

    def __init__(self, kinds: int = 3) -> None:
        self.kinds = kinds

    def validate(self, password: str, user: Any = None) -> None:
        kinds = {
            "a" if c.islower() else "A" if c.isupper() else "1" if c.isdigit() else "other" for c in password
        }
        if len(kinds) < self.kinds:
            raise ValidationError(self.get_help_text(), code="too_few_kinds")

    def get_help_text(self) -> str:
        return (
            _("A password has at least %d of: small letters, capitals, digits, other characters.")
            % self.kinds
        )
