"""`/api/v1/layers/{key}/export/`: rows as a file, sent while it is made, or made by a job if there are many."""

from collections.abc import Iterator
from itertools import chain, islice

from django.conf import settings
from django.http import HttpResponseBase, StreamingHttpResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from gis_core.api.jobs import JobSerializer
from gis_core.api.negotiation import AsAsked
from gis_core.shapefile import ENCODINGS
from layers import tasks
from layers.exporting import keeping, wanted
from layers.exporting.formats import FORMATS
from layers.exporting.gdal import sent
from layers.surfaces.rest import LAYER_PARAMETERS
from layers.surfaces.streaming import streamed

PARAMETERS = [
    OpenApiParameter("format", enum=list(FORMATS), required=True),
    OpenApiParameter("crs", description="EPSG:4490 (default), 4326, 3857, or a CGCS2000 zone, 4491-4554."),
    OpenApiParameter("encoding", enum=list(ENCODINGS), description="CSV and Shapefile; UTF-8 by default."),
    OpenApiParameter(
        "titles", enum=["zh", "en"], description="Titles as column names, not the fields' names."
    ),
    *(one for one in LAYER_PARAMETERS if one.name not in wanted.PAGING),
]
"""Besides, every public field of the layer is a parameter, as for its rows."""


class LayerExport(APIView):
    """A layer's rows as a file; 202 with a job, whose result has the file's address, above the size for one answer."""

    content_negotiation_class = AsAsked

    @extend_schema(
        operation_id="layers_export",
        parameters=PARAMETERS,
        responses={
            (200, "application/octet-stream"): OpenApiTypes.BINARY,
            202: OpenApiResponse(JobSerializer, "Too many rows for one answer: follow the job."),
        },
    )
    def get(self, request: Request, key: str) -> HttpResponseBase:
        parameters = request.query_params
        what = wanted.read(request.user, key, parameters)
        rows = what.sheet.rows.count()
        if rows > settings.EXPORT_DIRECT_ROWS:
            job = keeping.begin(tasks.export_layer, request.user, key, parameters.dict(), rows)
            return Response(JobSerializer(job).data, 202, headers={"Location": f"/api/v1/jobs/{job.pk}/"})
        answer = _attachment(_begun(what.format.stream(what.sheet)), what.format.media_type, what.file_name)
        return streamed(request._request, answer)


def _begun(stream: Iterator[bytes]) -> Iterator[bytes]:
    """With its head and first rows already made, so that what fails at once is an error and not half a file."""
    return chain(list(islice(stream, 2)), stream)


def _attachment(stream: Iterator[bytes], media_type: str, name: str) -> StreamingHttpResponse:
    answer = StreamingHttpResponse(stream, content_type=media_type)
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    answer["Cache-Control"] = "no-store"
    return answer


class ExportFile(APIView):
    """The file that an export's job has made; for who asked for it."""

    @extend_schema(
        operation_id="exports_file", responses={(200, "application/octet-stream"): OpenApiTypes.BINARY}
    )
    def get(self, request: Request, job_id: int) -> HttpResponseBase:
        path, media_type = keeping.fetch(request.user, job_id)
        answer = _attachment(sent(path), media_type, path.name)
        answer["Content-Length"] = str(path.stat().st_size)
        return streamed(request._request, answer)
