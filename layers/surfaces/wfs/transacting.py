"""Carry out a Transaction: every action goes to the provider of its feature type; layers are read only."""

from typing import Any

from django.utils.translation import gettext as _

from gis_core.errors import WanggeError
from layers import registry
from layers.surfaces.wfs.providers import Done, Provider, claiming
from layers.surfaces.wfs.transaction.actions import Action
from layers.surfaces.wfs.transaction.reading import Document


class ReadOnly(WanggeError):
    """The feature type cannot be edited, or there is none."""

    code = "read_only"


def carry_out(user: Any, document: Document) -> Done:
    """All actions, each provider's together and in order; call within a transaction. Raises WanggeError."""
    result = Done()
    shares: dict[int, tuple[Provider, list[Action]]] = {}
    for action in document.actions:
        provider = _provider(action)
        shares.setdefault(id(provider), (provider, []))[1].append(action)
    for provider, actions in shares.values():
        part = provider.apply(user, actions)
        result.inserted += part.inserted
        result.replaced += part.replaced
        result.updated += part.updated
        result.deleted += part.deleted
    return result


def _provider(action: Action) -> Provider:
    found = claiming(action.type_name)
    if found is not None:
        return found
    known = registry.lookup(action.type_name)
    if known is not None and known.permission is None:
        text = _("%(name)s can only be read. What can be edited over WFS are drafts of plans.")
    else:
        text = _("There is no feature type %(name)s that can be edited.")
    raise ReadOnly(text % {"name": action.type_name[:60]}, {"handle": action.handle})
