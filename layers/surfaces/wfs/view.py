"""The view behind /ogc/wfs: who asks, which feature types there are for them, Transactions, and refusals.

Whoever is not signed in reads the public layers. Asking for a protected type, or writing, without signing in is
answered 401 with a Basic challenge, so that QGIS asks for a password; a layer that a signed-in user may not
see does not exist for them.
"""

import logging
from traceback import walk_tb
from typing import Any

from django.contrib.gis.gdal import GDALException
from django.contrib.gis.geos import GEOSException
from django.core.exceptions import PermissionDenied
from django.db import DataError, OperationalError, transaction
from django.http import HttpRequest, HttpResponseBase
from django.utils.translation import gettext as _
from gisserver import exceptions
from gisserver.exceptions import OWSException
from gisserver.features import FeatureType, ServiceDescription
from gisserver.operations.base import WFSOperation
from gisserver.views import WFSView

from gis_core import basic, errors, scope
from gis_core.errors import WanggeError
from layers import registry
from layers.surfaces.streaming import streamed
from layers.surfaces.tilejson import language
from layers.surfaces.wfs import feature_types, operations, transacting
from layers.surfaces.wfs.providers import claiming, providers
from layers.surfaces.wfs.transaction import answers, reading
from layers.surfaces.wfs.transaction.errors import NotReadable
from layers.surfaces.wfs.transaction.gml import local

logger = logging.getLogger(__name__)

UNREADABLE = (
    ArithmeticError, ValueError, RecursionError, MemoryError, NotImplementedError, DataError, GEOSException,
    GDALException,
)  # fmt: skip
PAGE_SIZE = 5000
"""Features in an answer without COUNT, and in QGIS' pages."""
MOST_FEATURES = 20_000
"""In one answer of GML or GeoJSON, whatever COUNT says; files have all."""
MOST_BYTES = 32 * 1024 * 1024
"""Of a POSTed document: a county's plan redrawn at once is about a tenth of this."""


class SignInNeeded(exceptions.WFSException):
    """In the shape of the library's errors."""

    status_code = 401
    code = "AuthenticationFailed"
    text_template = "Sign in first."


class LayersWfs(WFSView):
    """The service; refused layers are not in it."""

    xml_namespace = "urn:wangge:app"
    max_page_size = MOST_FEATURES
    page_size = PAGE_SIZE
    use_html_templates = False
    accept_operations = {
        "WFS": {
            **WFSView.accept_operations["WFS"],
            "GetCapabilities": operations.GetCapabilities,
            "GetFeature": operations.GetFeature,
            "Transaction": operations.Transaction,
        }
    }

    # ---- what there is --------------------------------------------------------------------------------------

    def get_feature_types(self) -> list[FeatureType]:
        """What the request may be about: what it names, or all that belongs into the capabilities."""
        user = self.request.user
        names = self._asked()
        found: list[FeatureType] = [
            feature_types.of_layer(layer, language(), user) for layer in registry.visible_to(user)
        ]
        for provider in providers:
            if user.is_authenticated:
                found += provider.types(user, names)
        if not user.is_authenticated and names is not None:
            self._ask_to_sign_in(names - {known.name for known in found})
        return found

    def _asked(self) -> set[str] | None:
        """The names of the types that the request is about, without prefix; None when it names none."""
        asked = list(getattr(self.ows_request, "typeNames", None) or [])
        for query in getattr(self.ows_request, "queries", None) or []:
            asked += query.get_type_names()
        return {name.rpartition("}")[2].rpartition(":")[2] for name in asked} or None

    def _ask_to_sign_in(self, unknown: set[str]) -> None:
        """Raise SignInNeeded if one of these would be there for somebody."""
        for name in unknown:
            layer = registry.lookup(name)
            if claiming(name) or (layer is not None and layer.permission is not None):
                raise SignInNeeded(_("Sign in to read %(name)s.") % {"name": name}, locator="typeNames")

    def may_edit(self) -> bool:
        """Whether there is anything that the user may edit."""
        user = self.request.user
        return user.is_authenticated and any(provider.may_edit(user) for provider in providers)

    def get_service_description(self, service: str | None = None) -> ServiceDescription:
        # OWS wants a person or a place to turn to.
        return ServiceDescription(
            title=_("Areas and layers of the district"),
            provider_name="Wangge",
            contact_person=_("GIS staff of the district"),
        )

    # ---- requests -------------------------------------------------------------------------------------------

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        try:
            request.user = basic.user_of(request)
            response = super().dispatch(request, *args, **kwargs)
        except WanggeError as error:
            response = answers.refused(None, error)
        except OperationalError as failure:
            if (slow := errors.took_too_long(failure)) is None:
                raise
            response = answers.refused(None, slow)
        if response.status_code == 401:
            response["WWW-Authenticate"] = basic.CHALLENGE
        # QGIS keeps answers without this on disk and goes on showing them after a commit.
        response["Cache-Control"] = "no-store"
        return streamed(request, response)

    dispatch.csrf_exempt = True  # type: ignore[attr-defined]

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        body = request.read(MOST_BYTES + 1)
        version = reading.sniffed_version(body)
        try:
            if len(body) > MOST_BYTES:
                raise NotReadable(
                    _("The document is larger than %(most)s MB.") % {"most": MOST_BYTES // 1024 // 1024}
                )
            root = reading.parsed(body)
            if local(root) == "Transaction":
                return self._transact(request, root)
        except WanggeError as error:
            return answers.refused(version, error)
        # The library reads the body again; Django lets it be read once.
        request._body = body
        return super().post(request, *args, **kwargs)

    def _transact(self, request: HttpRequest, root: Any) -> HttpResponseBase:
        if not request.user.is_authenticated:
            raise basic.SignInNeeded(_("Sign in to edit."))
        basic.refuse_forged(request)
        scope.writes()
        document = reading.read(root)
        with transaction.atomic():
            result = transacting.carry_out(request.user, document)
        return answers.done(document, result)

    def call_operation(self, wfs_operation_cls: type[WFSOperation]) -> HttpResponseBase:
        if getattr(self.ows_request, "queries", None) == []:
            raise exceptions.MissingParameterValue(_("The request has no Query."), locator="query")
        return super().call_operation(wfs_operation_cls)

    def handle_exception(self, exc: Exception) -> HttpResponseBase | None:
        if (isinstance(exc, UNREADABLE) or _in_parsers(exc)) and not isinstance(exc, OWSException):
            # The library's parsers let these pass: "x" as a distance, a filter nested a thousand deep.
            logger.warning("WFS request cannot be read: %r", exc)
            exc = exceptions.OperationParsingFailed(
                _("The request cannot be read: %(reason)s") % {"reason": exc}
            )
        if isinstance(exc, PermissionDenied):
            # Given both, the library takes a text shorter than its locator (any Chinese one) for switched arguments.
            text = _("You do not have permission to read this: %(reason)s") % {"reason": exc}
            refusal = exceptions.PermissionDenied(text)
            refusal.locator = "typeNames"
            return super().handle_exception(refusal)
        return super().handle_exception(exc)


def _in_parsers(exc: Exception) -> bool:
    """Whether the library failed while it made sense of the request: an empty filter, a function without arguments."""
    if not isinstance(exc, AttributeError | TypeError | LookupError | AssertionError):
        return False
    names = [frame.f_globals.get("__name__", "") for frame, _line in walk_tb(exc.__traceback__)]
    return any(name.startswith("gisserver.parsers") for name in names)
