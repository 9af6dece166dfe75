"""Hostile, broken and absurd requests: each gets an error in words, none a 5xx, and nothing is changed."""

import pytest

from tests.grid_editor.conftest import WEST
from tests.grid_editor.wfs.documents import gml3, ids, insert, sent, transaction, update

LAUGHS = (
    '<?xml version="1.0"?><!DOCTYPE t [<!ENTITY a "lol">'
    + "".join(f'<!ENTITY {b} "{f"&{a};" * 10}">' for a, b in zip("abcdefgh", "bcdefghi", strict=True))
    + "]>"
)
OUTSIDE = '<?xml version="1.0"?><!DOCTYPE t [<!ENTITY x SYSTEM "file:///etc/passwd">]>'
REMOTE = '<?xml version="1.0"?><!DOCTYPE t SYSTEM "http://127.0.0.1:9/evil.dtd">'


def ring(text):
    return (
        "<gml:Polygon><gml:exterior><gml:LinearRing><gml:posList>"
        f"{text}</gml:posList></gml:LinearRing></gml:exterior></gml:Polygon>"
    )


GEOMETRIES = {
    "not a number": ring("a b c d e f g h"),
    "nan": ring("nan nan 34.8 114.3 34.9 114.4 nan nan"),
    "infinite": ring("1e999 1 2 2 3 3 1e999 1"),
    "huge": ring("1e300 1e300 2 2 3 3 1e300 1e300"),
    "an odd number": ring("34.8 114.3 34.9 114.4 34.8"),
    "too few": ring("34.8 114.3 34.9 114.4 34.8 114.3"),
    "not closed": ring("34.8 114.3 34.9 114.4 34.9 114.5 34.7 114.4"),
    "a point thrice": ring("34.8 114.3 34.8 114.3 34.8 114.3 34.8 114.3"),
    "a line as ring": ring("34.8 114.3 34.8 114.31 34.8 114.32 34.8 114.3"),
    "empty ring": ring(""),
    "other digits": ring("３４.8 114.3 34.9 114.4 34.9 114.5 ３４.8 114.3"),
    "no ring": "<gml:Polygon><gml:exterior/></gml:Polygon>",
    "no polygon": "<gml:MultiSurface/>",
    "two shells": "<gml:Polygon>" + ring("0 0 0 1 1 1 0 0")[13:-14] * 2 + "</gml:Polygon>",
    "an arc": "<gml:Surface><gml:patches><gml:PolygonPatch><gml:exterior><gml:Ring><gml:curveMember><gml:Curve>"
    "<gml:segments><gml:Arc><gml:posList>0 0 1 1 0 2</gml:posList></gml:Arc></gml:segments></gml:Curve>"
    "</gml:curveMember></gml:Ring></gml:exterior></gml:PolygonPatch></gml:patches></gml:Surface>",
    "a link": '<gml:Polygon xmlns:xlink="http://www.w3.org/1999/xlink" xlink:href="http://127.0.0.1:9/"/>',
    "a dimension": ring("0 0 0 1 1 1 0 0").replace("<gml:posList>", '<gml:posList srsDimension="0">'),
    "an odd crs": ring("0 0 0 1 1 1 0 0").replace("<gml:Polygon>", '<gml:Polygon srsName="²">'),
    "a crs of code": ring("0 0 0 1 1 1 0 0").replace(
        "<gml:Polygon>", '<gml:Polygon srsName="+proj=pipeline">'
    ),
    "no separator": '<gml:Polygon><gml:outerBoundaryIs><gml:LinearRing><gml:coordinates cs="" ts="" decimal="">'
    "1,1</gml:coordinates></gml:LinearRing></gml:outerBoundaryIs></gml:Polygon>",
}


@pytest.fixture
def name(plan):
    return f"plan_{plan.pk}"


def documents(name):
    good = transaction("2.0.0", update("2.0.0", name, ids("2.0.0", f"{name}.999999"), name="x"))
    deep = "<ogc:Not>" * 200 + "</ogc:Not>" * 200
    return {
        "nothing": b"",
        "no xml": b"DELETE FROM grid_editor_plangrid",
        "cut off": good[: len(good) // 2].encode(),
        "bytes": bytes(range(256)),
        "wrong encoding": b'<?xml version="1.0" encoding="klingon"?>' + good.encode(),
        "utf-16": good.encode("utf-16"),
        "nul": good.replace(">x<", ">\0<").encode(),
        "laughs": (LAUGHS + good.replace(">x<", ">&i;<")).encode(),
        "a file": (OUTSIDE + good.replace(">x<", ">&x;<")).encode(),
        "a remote dtd": (REMOTE + good).encode(),
        "deep": transaction(
            "2.0.0", update("2.0.0", name, f"<ogc:Filter>{deep}</ogc:Filter>", name="x")
        ).encode(),
        "deeper": b"<a>" * 100_000,
        "very deep": b"<a>" * 5000 + b"</a>" * 5000,
        "wide": transaction("2.0.0", "<wfs:Native/>" * 10_000).encode(),
        "unknown version": good.replace('version="2.0.0"', 'version="9.9"').encode(),
        "version of code": good.replace('version="2.0.0"', 'version="\';DROP"').encode(),
        "other service": good.replace('service="WFS"', 'service="WMS"')
        .replace("Transaction", "GetMap")
        .encode(),
        "long name": good.replace(">x<", f">{'长' * 5000}<").encode(),
        "long id": good.replace(f"{name}.999999", f"{name}." + "9" * 400).encode(),
        "odd id": good.replace(f"{name}.999999", f"{name}.1 OR 1=1").encode(),
        "minus": good.replace(f"{name}.999999", f"{name}.-1").encode(),
        "long type": good.replace(name, "plan_" + "9" * 60).encode(),
        "relation": transaction(
            "1.1.0",
            update(
                "1.1.0",
                name,
                "<ogc:Filter><ogc:PropertyIsEqualTo><ogc:PropertyName>plan__created_by__password</ogc:PropertyName>"
                "<ogc:Literal>x</ogc:Literal></ogc:PropertyIsEqualTo></ogc:Filter>",
                name="x",
            ),
        ).encode(),
        "a number that is none": transaction(
            "1.1.0",
            update(
                "1.1.0",
                name,
                "<ogc:Filter><ogc:PropertyIsEqualTo><ogc:PropertyName>households</ogc:PropertyName>"
                "<ogc:Literal>many</ogc:Literal></ogc:PropertyIsEqualTo></ogc:Filter>",
                name="x",
            ),
        ).encode(),
        "a lock": b'<LockFeature service="WFS" version="2.0.0" xmlns="http://www.opengis.net/wfs/2.0"/>',
        "processing instruction": b"<?php system('id') ?>",
    }


def test_no_document_makes_the_server_fail(wfs, plan, name):
    before = sorted(plan.grids.values_list("pk", "code", "name", "geom"))
    for case, body in documents(name).items():
        answer = sent(wfs, body)
        assert (
            400 <= answer.status_code < 500
            or b"ServiceException" in answer.content
            or (b"ExceptionReport" in answer.content)
        ), (case, answer.status_code)
        assert answer.status_code < 500, case
        assert b"root:" not in answer.content
    assert sorted(plan.grids.values_list("pk", "code", "name", "geom")) == before


@pytest.mark.parametrize("version", ["1.0.0", "1.1.0", "2.0.0"])
def test_no_geometry_makes_the_server_fail(wfs, plan, name, version):
    first = f"{name}.{plan.grids.get(code=f'{WEST}001').pk}"
    before = sorted(plan.grids.values_list("pk", "code", "name", "geom"))
    for case, geometry in GEOMETRIES.items():
        for action in (
            insert(name, geometry),
            update(version, name, ids(version, first), geom=geometry),
        ):
            answer = sent(wfs, transaction(version, action))
            assert answer.status_code < 500, case
            assert b"Exception" in answer.content, (case, answer.content.decode())
    assert sorted(plan.grids.values_list("pk", "code", "name", "geom")) == before


def test_a_document_over_the_limit_is_refused(wfs, name, monkeypatch):
    from layers.surfaces.wfs import view

    monkeypatch.setattr(view, "MOST_BYTES", 10_000)
    answer = sent(wfs, transaction("2.0.0", insert(name, gml3(0, 0), name="长" * 10_000)))
    assert answer.status_code == 400
    assert b"larger than" in answer.content


QUERIES = [
    "REQUEST=Transaction",
    "REQUEST=GetFeature&TYPENAMES=app:NAME&COUNT=-1",
    "REQUEST=GetFeature&TYPENAMES=app:NAME&STARTINDEX=99999999999999999999",
    "REQUEST=GetFeature&TYPENAMES=app:NAME&STARTINDEX=-5",
    "REQUEST=GetFeature&TYPENAMES=app:NAME&BBOX=a,b,c,d",
    "REQUEST=GetFeature&TYPENAMES=app:NAME&BBOX=nan,nan,nan,nan",
    "REQUEST=GetFeature&TYPENAMES=app:NAME&BBOX=1e400,0,1,1",
    "REQUEST=GetFeature&TYPENAMES=app:NAME&SRSNAME=²",
    "REQUEST=GetFeature&TYPENAMES=app:NAME&FILTER=" + "<Not>" * 3000,
    "REQUEST=GetFeature&TYPENAMES=app:NAME&FILTER=<Filter/>",
    "REQUEST=GetFeature&TYPENAMES=app:NAME&RESOURCEID=NAME.9999999999999999999999",
    "REQUEST=GetFeature&TYPENAMES=app:NAME&RESOURCEID=NAME.x",
    "REQUEST=GetFeature&TYPENAMES=app:NAME&SORTBY=plan__created_by__password",
    "REQUEST=GetFeature&TYPENAMES=app:NAME&PROPERTYNAME=plan",
    "REQUEST=GetFeature&TYPENAMES=app:NAME&OUTPUTFORMAT=../../x",
    "REQUEST=GetFeature&TYPENAMES=app:NAME&RESULTTYPE=odd",
    "REQUEST=GetPropertyValue&TYPENAMES=app:NAME&VALUEREFERENCE=..%2f",
    "REQUEST=DescribeFeatureType&TYPENAMES=app:NAME'",
]


def test_no_query_makes_the_server_fail(wfs, name):
    for query in QUERIES:
        answer = wfs.get(f"/ogc/wfs?SERVICE=WFS&VERSION=2.0.0&{query.replace('NAME', name)}")
        assert answer.status_code < 500, query
