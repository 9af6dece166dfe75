"""Who may do an action of the loop, in words that a refusal can say."""

from django.utils.translation import gettext as _

from gis_core import access
from gis_core.models import Role
from incidents.loop.actions import Action


def words(action: Action) -> str:
    """The roles, with the tier from which they may, and those with a part in the incident."""
    return _(", ").join(dict.fromkeys(word for name in action.who for word in _named(name, action.level)))


def _named(name: str, level: str) -> list[str]:
    parts = {"reporter": _("who reported it"), "handler": _("who has it in hand"), "system": _("the system")}
    if name in parts:
        return [parts[name]]
    tiers = {
        "village": _("%s of the village or above"),
        "town": _("%s of the town or above"),
        "county": _("%s of the county"),
    }
    return [tiers.get(level, "%s") % Role(role).label for role in access.roles_allowing(name)]
