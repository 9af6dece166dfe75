"""Documents as OpenLayers' ol/format/WFS writes them (2.0.0 and 1.1.0), and as newer QGIS does (1.1.0)."""

import pytest
import shapely
from owslib.wfs import WebFeatureService

from tests.grid_editor.conftest import EAST, WEST
from tests.grid_editor.wfs.documents import parsed, sent
from tests.shapes import place, square

OPENLAYERS = """<Transaction xmlns="{wfs}" service="WFS" version="{version}"
  xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:schemaLocation="{wfs} {wfs}.xsd">
<Insert><{name} xmlns="urn:wangge:app"><geom><MultiSurface xmlns="{gml}" srsName="{srs}"><surfaceMember>
  <Polygon srsName="{srs}"><exterior><LinearRing><posList srsDimension="2">{drawn}</posList></LinearRing></exterior>
  </Polygon></surfaceMember></MultiSurface></geom><name>画的</name></{name}></Insert>
<Update typeName="feature:{name}" xmlns:feature="urn:wangge:app"><Property><{field}>geom</{field}><Value>
  <MultiSurface xmlns="{gml}" srsName="{srs}"><surfaceMember><Surface srsName="{srs}"><patches><PolygonPatch>
  <exterior><LinearRing><posList srsDimension="2">{changed}</posList></LinearRing></exterior>
  </PolygonPatch></patches></Surface></surfaceMember></MultiSurface></Value></Property>
  <Filter xmlns="{fes}"><{id}="{name}.{first}"/></Filter></Update>
<Delete typeName="feature:{name}" xmlns:feature="urn:wangge:app">
  <Filter xmlns="{fes}"><{id}="{name}.{second}"/></Filter>
</Delete></Transaction>"""

QGIS = """<Transaction xmlns="http://www.opengis.net/wfs" xmlns:gml="http://www.opengis.net/gml" version="1.1.0"
  service="WFS" xmlns:app="urn:wangge:app"><Update typeName="app:{name}"><Property><Name>app:geom</Name><Value>
  <gml:MultiSurface srsName="urn:ogc:def:crs:EPSG::4490"><gml:surfaceMember><gml:Polygon
    srsName="urn:ogc:def:crs:EPSG::4490"><gml:exterior><gml:LinearRing>{positions}</gml:LinearRing></gml:exterior>
  </gml:Polygon></gml:surfaceMember></gml:MultiSurface></Value></Property>
  <Filter xmlns="http://www.opengis.net/ogc"><GmlObjectId gml:id="{name}.{first}"/></Filter></Update></Transaction>"""


def corners(x, y, side, lat_first):
    places = [place(*at) for at in ((x, y), (x + side, y), (x + side, y + side), (x, y + side), (x, y))]
    return " ".join(f"{lat!r} {lon!r}" if lat_first else f"{lon!r} {lat!r}" for lon, lat in places)


@pytest.mark.parametrize("version", ["1.1.0", "2.0.0"])
@pytest.mark.parametrize("srs", ["EPSG:4326", "urn:ogc:def:crs:EPSG::4326"])
def test_openlayers(wfs, plan, version, srs):
    new = version == "2.0.0"
    text = OPENLAYERS.format(
        version=version,
        wfs="http://www.opengis.net/wfs/2.0" if new else "http://www.opengis.net/wfs",
        gml="http://www.opengis.net/gml/3.2" if new else "http://www.opengis.net/gml",
        fes="http://www.opengis.net/fes/2.0" if new else "http://www.opengis.net/ogc",
        field="ValueReference" if new else "Name",
        id="ResourceId rid" if new else "FeatureId fid",
        name=f"plan_{plan.pk}",
        srs=srs,
        drawn=corners(3.2, 0.2, 0.5, srs.startswith("urn")),
        changed=corners(0, 0, 0.75, srs.startswith("urn")),
        first=plan.grids.get(code=f"{WEST}001").pk,
        second=plan.grids.get(code=f"{WEST}002").pk,
    )
    answer = sent(wfs, text.encode(), "application/xml")
    assert answer.status_code == 200, answer.content.decode()
    totals = parsed(answer).xpath("//*[starts-with(local-name(), 'total')]/text()")
    assert list(map(int, totals)) == ([1, 1, 0, 1] if new else [1, 1, 1])
    grids = {grid.code: shapely.from_wkb(bytes(grid.geom.wkb)) for grid in plan.grids.all()}
    assert shapely.equals(grids[f"{WEST}001"], square(0, 0, 0.75))
    assert shapely.equals(grids[f"{EAST}007"], square(3.2, 0.2, 0.5))
    assert f"{WEST}002" not in grids


def test_newer_qgis_with_a_pos_for_every_vertex(wfs, plan):
    numbers = corners(0, 0, 0.75, True).split()
    positions = "".join(
        f"<gml:pos>{a} {b}</gml:pos>" for a, b in zip(numbers[::2], numbers[1::2], strict=True)
    )
    first = plan.grids.get(code=f"{WEST}001").pk
    answer = sent(wfs, QGIS.format(name=f"plan_{plan.pk}", positions=positions, first=first).encode())
    assert b"totalUpdated>1<" in answer.content, answer.content.decode()
    assert shapely.equals(shapely.from_wkb(bytes(plan.grids.get(pk=first).geom.wkb)), square(0, 0, 0.75))


def test_owslib_reads_a_draft_with_a_password(live_server, plan):
    service = WebFeatureService(
        f"{live_server.url}/ogc/wfs", version="2.0.0", username="drawer", password="x"
    )
    name = f"app:plan_{plan.pk}"
    assert plan.name in service.contents[name].title
    assert service.get_schema(name)["properties"]["code"] == "string"
    text = service.getfeature(typename=name, outputFormat="geojson").read()
    assert text.count(b'"Feature"') == 12
    assert "Transaction" in [operation.name for operation in service.operations]
