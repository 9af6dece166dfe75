"""The operations of WFS 2.0, mended where real clients stumble over django-gisserver's.

A stable order of pages, CountDefault for QGIS, and Transaction in the capabilities of those who may edit.
"""

import math
from typing import Any

from django.http import HttpResponseBase
from gisserver import exceptions
from gisserver.features import FeatureType
from gisserver.operations import wfs20
from gisserver.operations.base import OutputFormat, Parameter, WFSOperation
from gisserver.output import DBGML32Renderer, FeatureCollection
from gisserver.parsers.fes20 import SortBy

from layers.surfaces.wfs import files, paging
from layers.surfaces.wfs.gml_output import QuickGml


class StableSort:
    """A request's own SORTBY with the primary key last: equal values then keep their places too."""

    def __init__(self, wanted: SortBy) -> None:
        self.wanted = wanted

    def build_ordering(self, compiler: Any) -> None:
        self.wanted.build_ordering(compiler)
        compiler.add_ordering(["pk"])

    def as_kvp(self) -> str:
        return str(self.wanted.as_kvp())


class GetFeature(wfs20.GetFeature):
    """Pages that are complete while others write, a stable order, and files beside GML, GeoJSON and CSV."""

    def get_output_formats(self) -> list[OutputFormat]:
        known = super().get_output_formats()
        for one in known:
            if one.renderer_class is DBGML32Renderer:
                one.renderer_class = QuickGml
        return [
            *known,
            OutputFormat("application/geopackage+sqlite3", subtype="gpkg", renderer_class=files.GeoPackage),
            OutputFormat("application/zip", subtype="shape-zip", renderer_class=files.ShapeZip),
        ]

    def bind_query(self, query: Any, feature_types: list[FeatureType]) -> None:
        if getattr(query, "sortBy", None) is not None:
            query.sortBy = StableSort(query.sortBy)
        super().bind_query(query, feature_types)

    def get_pagination(self) -> tuple[int, int]:
        start, count = super().get_pagination()
        given = self.ows_request.count
        is_whole = given is None and count in (0, math.inf)  # a count of hits, or a file
        return start, count if given is not None or is_whole else min(count, self.view.page_size)

    def get_results(self) -> FeatureCollection:
        collection = super().get_results()
        # Of several queries in one request no client that is known asks for further pages.
        if len(collection.results) == 1:
            collection.results = [paging.of(self.view.request, collection.results[0])]
        return collection


class Transaction(WFSOperation):
    """Only what the capabilities say; the view takes Transactions before the library parses them."""

    def get_parameters(self) -> list[Parameter]:
        return [*super().get_parameters(), Parameter("releaseAction", allowed_values=["ALL", "SOME"])]

    def validate_request(self, ows_request: Any) -> None:
        raise exceptions.OperationNotSupported("A Transaction is sent by POST.", locator="request")


class GetCapabilities(wfs20.GetCapabilities):
    """Adds CountDefault, QGIS's page size; the library advertises WFS 1.1's DefaultMaxFeatures only."""

    def get_context_data(self) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context_data()
        edits = self.view.may_edit()
        # QGIS shows its pencil when it finds the operation, whatever the constraint says.
        operations = context["accept_operations"]
        context["accept_operations"] = {k: v for k, v in operations.items() if edits or k != "Transaction"}
        context["service_constraints"] = {
            **context["service_constraints"],
            "ImplementsTransactionalWFS": edits,
        }
        return context

    def render_xml(self, context: dict[str, Any], ows_request: Any) -> HttpResponseBase:
        response = super().render_xml(context, ows_request)
        place = b'<ows:Constraint name="DefaultMaxFeatures">'
        count = b'<ows:Constraint name="CountDefault"><ows:NoValues/><ows:DefaultValue>%d</ows:DefaultValue>'
        added = count % self.view.page_size + b"</ows:Constraint>\n    " + place
        response.content = response.content.replace(place, added, 1)
        return response
