"""What a Transaction is answered: the result or the reason, each in the shape of the version that asked."""

from http import HTTPStatus

from django.http import HttpResponse
from lxml import etree
from lxml.builder import ElementMaker

from gis_core.errors import WanggeError
from layers.surfaces.wfs.providers import Done
from layers.surfaces.wfs.transaction.errors import NotReadable
from layers.surfaces.wfs.transaction.reading import Document

WFS, OGC = "http://www.opengis.net/wfs", "http://www.opengis.net/ogc"
WFS2, FES = "http://www.opengis.net/wfs/2.0", "http://www.opengis.net/fes/2.0"
OWS, OWS11 = "http://www.opengis.net/ows", "http://www.opengis.net/ows/1.1"


def _maker(prefix: str, namespace: str, **others: str) -> ElementMaker:
    return ElementMaker(namespace=namespace, nsmap={prefix: namespace, **others})


def _response(root: etree._Element, status: int = 200) -> HttpResponse:
    text = etree.tostring(root, xml_declaration=True, encoding="UTF-8", pretty_print=True)
    return HttpResponse(text, content_type="text/xml; charset=utf-8", status=status)


# ---- done ---------------------------------------------------------------------------------------------------


def done(document: Document, result: Done) -> HttpResponse:
    """The response document to a Transaction that was carried out."""
    shapes = {"1.0.0": _done_1_0, "1.1.0": _done_1_1, "2.0.0": _done_2_0}
    root = shapes[document.version](result)
    if document.old_words:
        _call_as_before(root)
    return _response(root)


def _done_1_0(result: Done) -> etree._Element:
    wfs, ogc = _maker("wfs", WFS, ogc=OGC), _maker("ogc", OGC)
    root = wfs.WFS_TransactionResponse(version="1.0.0")
    for handle, fid in result.inserted:
        root.append(wfs.InsertResult(ogc.FeatureId(fid=fid), **({"handle": handle} if handle else {})))
    root.append(wfs.TransactionResult(wfs.Status(wfs.SUCCESS())))
    return root


def _done_1_1(result: Done) -> etree._Element:
    wfs, ogc = _maker("wfs", WFS, ogc=OGC), _maker("ogc", OGC)
    root = wfs.TransactionResponse(
        wfs.TransactionSummary(
            wfs.totalInserted(str(len(result.inserted))),
            wfs.totalUpdated(str(result.updated + len(result.replaced))),
            wfs.totalDeleted(str(result.deleted)),
        ),
        version="1.1.0",
    )
    if result.inserted:
        root.append(
            wfs.InsertResults(*(_feature(wfs, h, ogc.FeatureId(fid=fid)) for h, fid in result.inserted))
        )
    return root


def _done_2_0(result: Done) -> etree._Element:
    wfs, fes = _maker("wfs", WFS2, fes=FES), _maker("fes", FES)
    root = wfs.TransactionResponse(
        wfs.TransactionSummary(
            wfs.totalInserted(str(len(result.inserted))),
            wfs.totalUpdated(str(result.updated)),
            wfs.totalReplaced(str(len(result.replaced))),
            wfs.totalDeleted(str(result.deleted)),
        ),
        version="2.0.0",
    )
    for holder, ids in ((wfs.InsertResults, result.inserted), (wfs.ReplaceResults, result.replaced)):
        if ids:
            root.append(holder(*(_feature(wfs, handle, fes.ResourceId(rid=fid)) for handle, fid in ids)))
    return root


def _call_as_before(root: etree._Element) -> None:
    """Name new features as 1.1 does too: GDAL 3.6 finds them only so."""
    for identifier in root.findall(f".//{{{FES}}}ResourceId"):
        identifier.addnext(_maker("ogc", OGC).FeatureId(fid=identifier.get("rid")))


def _feature(wfs: ElementMaker, handle: str, identifier: etree._Element) -> etree._Element:
    return wfs.Feature(identifier, **({"handle": handle} if handle else {}))


# ---- refused ------------------------------------------------------------------------------------------------


def refused(version: str | None, error: WanggeError) -> HttpResponse:
    """The exception report: the reason in words, and where: the action's handle, or our word for the reason.

    To a 1.0 or 1.1 Transaction it goes out with status 200, as was usual then: QGIS shows the reason only so, and
    of any other status no more than "server replied: Conflict". A 401 stays one, or nobody is asked to sign in.
    """
    locator = str(error.details.get("handle") or error.code)
    code = "OperationParsingFailed" if isinstance(error, NotReadable) else "OperationProcessingFailed"
    if version == "1.0.0":
        root = _report_1_0(code, locator, error.message)
    else:
        root = _report(version or "2.0.0", code, locator, error.message)
    status = int(error.status)
    shown = version in ("1.0.0", "1.1.0") and status != HTTPStatus.UNAUTHORIZED
    response = _response(root, HTTPStatus.OK if shown else status)
    for name, value in error.headers.items():
        response[name] = value
    return response


def _report_1_0(code: str, locator: str, text: str) -> etree._Element:
    ogc = _maker("ogc", OGC)
    return ogc.ServiceExceptionReport(ogc.ServiceException(text, code=code, locator=locator), version="1.2.0")


def _report(version: str, code: str, locator: str, text: str) -> etree._Element:
    ows = _maker("ows", OWS if version == "1.1.0" else OWS11)
    exception = ows.Exception(ows.ExceptionText(text), exceptionCode=code, locator=locator)
    return ows.ExceptionReport(exception, version="1.0.0" if version == "1.1.0" else "2.0.0")
