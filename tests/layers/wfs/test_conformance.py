"""What OGC 09-025r2 asks of a Simple and a Basic WFS 2.0, as far as it can be told from outside.

The schemas of WFS, FES and GML are in no package here, and a test asks no network. Exception reports and the OWS parts
of the capabilities are validated against OWS 1.1's own schemas (MapProxy's package brings them); features against the
schema that the server itself describes, with the types of GML stubbed; the rest by assertions on structure.
"""

import operator
from pathlib import Path
from urllib.parse import urlencode

import mapproxy.test
import pytest
from lxml import etree

from tests.layers.wfs.test_reading import NS, body

FES = {**NS, "fes": "http://www.opengis.net/fes/2.0", "xsd": "http://www.w3.org/2001/XMLSchema"}
OWS = Path(mapproxy.test.__file__).parent / "schemas" / "ows" / "1.1.0"
BY_ID = "urn:ogc:def:query:OGC-WFS::GetFeatureById"
GET_FEATURE = (
    '<wfs:GetFeature xmlns:wfs="http://www.opengis.net/wfs/2.0" xmlns:fes="http://www.opengis.net/fes/2.0"'
    ' xmlns:gml="http://www.opengis.net/gml/3.2" xmlns:app="urn:wangge:app" service="WFS" version="2.0.0" {attributes}>'
    '<wfs:Query typeNames="app:grids">{query}</wfs:Query></wfs:GetFeature>'
)
LITERAL = "<fes:ValueReference>app:code</fes:ValueReference><fes:Literal>{}</fes:Literal>"


def get(client, status=200, **parameters):
    answer = client.get("/ogc/wfs?" + urlencode({"SERVICE": "WFS", **parameters}))
    assert answer.status_code == status, body(answer)[:800]
    return etree.fromstring(body(answer))


def post(client, text, status=200):
    answer = client.post("/ogc/wfs", text, content_type="application/xml")
    assert answer.status_code == status, body(answer)[:800]
    return etree.fromstring(body(answer))


def feature(client, query="", attributes=""):
    return post(client, GET_FEATURE.format(query=query, attributes=attributes))


def codes(document):
    return sorted(document.xpath("//app:grids/app:code/text()", namespaces=FES))


@pytest.fixture(scope="module")
def ows():
    """OWS 1.1's schemas."""
    return {
        name: etree.XMLSchema(etree.parse(OWS / f"{name}.xsd")) for name in ("owsExceptionReport", "owsAll")
    }


# ---- Simple WFS ---------------------------------------------------------------------------------------------


def test_capabilities_are_the_same_by_get_and_post_and_their_ows_parts_are_valid(client, nine_grids, ows):
    text = '<GetCapabilities xmlns="http://www.opengis.net/wfs/2.0" service="WFS"/>'
    document = get(client, REQUEST="GetCapabilities")
    assert etree.tostring(post(client, text), method="c14n") == etree.tostring(document, method="c14n")
    assert document.tag == f"{{{NS['wfs']}}}WFS_Capabilities"
    assert document.get("version") == "2.0.0"
    for name in ("ServiceIdentification", "ServiceProvider", "OperationsMetadata"):
        part = etree.fromstring(etree.tostring(document.find(f"ows:{name}", NS)))
        ows["owsAll"].assertValid(part)


def test_capabilities_tell_every_operation_constraint_and_type(client, nine_grids):
    document = get(client, REQUEST="GetCapabilities", ACCEPTVERSIONS="2.0.0")
    operations = document.xpath("//ows:Operation/@name", namespaces=NS)
    asked = [
        "GetCapabilities",
        "DescribeFeatureType",
        "ListStoredQueries",
        "DescribeStoredQueries",
        "GetFeature",
    ]
    assert {*asked, "GetPropertyValue"} <= set(operations)
    for operation in document.iterfind(".//ows:Operation", NS):
        assert operation.find(".//ows:Get", NS) is not None
        assert operation.find(".//ows:Post", NS) is not None
    constraint = "string(//ows:Constraint[@name='{}']/ows:DefaultValue)"
    for name, value in {
        "ImplementsBasicWFS": "TRUE",
        "ImplementsTransactionalWFS": "FALSE",
        "ImplementsLockingWFS": "FALSE",
        "KVPEncoding": "TRUE",
        "XMLEncoding": "TRUE",
        "ImplementsResultPaging": "TRUE",
        "ManageStoredQueries": "FALSE",
    }.items():
        assert document.xpath(constraint.format(name), namespaces=NS) == value, name
    for kind in document.iterfind(".//wfs:FeatureType", NS):
        assert kind.findtext("wfs:Name", namespaces=NS).startswith("app:")
        assert kind.findtext("wfs:Title", namespaces=NS)
        assert kind.findtext("wfs:DefaultCRS", namespaces=NS) == "urn:ogc:def:crs:EPSG::4490"
    for name in (
        "ImplementsQuery",
        "ImplementsAdHocQuery",
        "ImplementsResourceId",
        "ImplementsMinStandardFilter",
    ):
        found = document.xpath(f"string(//fes:Constraint[@name='{name}']/ows:DefaultValue)", namespaces=FES)
        assert found == "TRUE", name


def test_versions_are_negotiated(client, nine_grids, ows):
    assert get(client, REQUEST="GetCapabilities", ACCEPTVERSIONS="1.1.0,2.0.0").get("version") == "2.0.0"
    refused = get(client, 400, REQUEST="GetCapabilities", ACCEPTVERSIONS="9.9.9")
    assert refused.xpath("//@exceptionCode") == ["VersionNegotiationFailed"]
    ows["owsExceptionReport"].assertValid(refused)


def test_features_are_valid_by_the_schema_that_describes_them(client, nine_grids, ground):
    for key in ("grids", "roads", "buildings", "water", "hospitals"):
        described = get(client, REQUEST="DescribeFeatureType", VERSION="2.0.0", TYPENAMES=f"app:{key}")
        for imported in described.iterfind("xsd:import", FES):
            imported.set("schemaLocation", str(Path(__file__).with_name("stub_gml.xsd")))
        schema = etree.XMLSchema(etree.fromstring(etree.tostring(described)))
        document = get(client, REQUEST="GetFeature", VERSION="2.0.0", TYPENAMES=f"app:{key}")
        members = document.findall("wfs:member/*", NS)
        assert len(members) == int(document.get("numberReturned")), key
        for member in members:
            schema.assertValid(etree.fromstring(etree.tostring(member)))


def test_a_schema_of_all_types_and_an_unknown_one(client, nine_grids, ows):
    whole = get(client, REQUEST="DescribeFeatureType", VERSION="2.0.0")
    assert "grids" in whole.xpath("/xsd:schema/xsd:element/@name", namespaces=FES)
    refused = get(client, 400, REQUEST="DescribeFeatureType", VERSION="2.0.0", TYPENAMES="app:nothing")
    assert refused.xpath("//@exceptionCode") == ["InvalidParameterValue"]
    ows["owsExceptionReport"].assertValid(refused)


def test_stored_queries_are_listed_described_and_answered(client, nine_grids, ows):
    assert BY_ID in get(client, REQUEST="ListStoredQueries", VERSION="2.0.0").xpath("//@id")
    described = get(client, REQUEST="DescribeStoredQueries", VERSION="2.0.0", STOREDQUERY_ID=BY_ID)
    assert [name.upper() for name in described.xpath("//wfs:Parameter/@name", namespaces=NS)] == ["ID"]
    (first, *_rest) = feature(client).xpath("//app:grids/@gml:id", namespaces=FES)
    asked = {"REQUEST": "GetFeature", "VERSION": "2.0.0", "STOREDQUERY_ID": BY_ID}
    found = get(client, **asked, ID=first)
    posted = (
        '<GetFeature xmlns="http://www.opengis.net/wfs/2.0" service="WFS" version="2.0.0"><StoredQuery'
        f' id="{BY_ID}"><Parameter name="ID">{first}</Parameter></StoredQuery></GetFeature>'
    )
    assert etree.tostring(post(client, posted), method="c14n") == etree.tostring(found, method="c14n")
    # Of this query the feature itself is the answer, without a collection around it.
    assert found.tag == f"{{{NS['app']}}}grids"
    assert found.get(f"{{{NS['gml']}}}id") == first
    for unknown in ("grids.999999999", "test-UUID"):
        ows["owsExceptionReport"].assertValid(get(client, 404, **asked, ID=unknown))


# ---- Basic WFS ----------------------------------------------------------------------------------------------


def test_a_collection_counts_itself(client, nine_grids):
    document = feature(client, attributes='count="4" startIndex="2"')
    assert (document.get("numberMatched"), document.get("numberReturned")) == ("9", "4")
    assert document.get("timeStamp")
    assert document.get("next")
    assert document.get("previous")
    hits = feature(client, attributes='resultType="hits"')
    assert (hits.get("numberMatched"), hits.get("numberReturned")) == ("9", "0")
    assert not hits.findall("wfs:member", NS)


COMPARISONS = {
    "PropertyIsEqualTo": operator.eq,
    "PropertyIsNotEqualTo": operator.ne,
    "PropertyIsLessThan": operator.lt,
    "PropertyIsGreaterThan": operator.gt,
    "PropertyIsLessThanOrEqualTo": operator.le,
    "PropertyIsGreaterThanOrEqualTo": operator.ge,
}


def test_comparisons(client, nine_grids):
    given = nine_grids[4]
    for name, picks in COMPARISONS.items():
        condition = f"<fes:{name}>{LITERAL.format(given)}</fes:{name}>"
        wanted = [code for code in nine_grids if picks(code, given)]
        assert codes(feature(client, f"<fes:Filter>{condition}</fes:Filter>")) == wanted, name
        negated = f"<fes:Filter><fes:Not>{condition}</fes:Not></fes:Filter>"
        assert codes(feature(client, negated)) == sorted(set(nine_grids) - set(wanted)), name


def test_and_or_between_like_and_null(client, nine_grids):
    def equal(code):
        return f"<fes:PropertyIsEqualTo>{LITERAL.format(code)}</fes:PropertyIsEqualTo>"

    either = f"<fes:Filter><fes:Or>{equal(nine_grids[0])}{equal(nine_grids[8])}</fes:Or></fes:Filter>"
    assert codes(feature(client, either)) == [nine_grids[0], nine_grids[8]]
    assert codes(feature(client, either.replace("fes:Or", "fes:And"))) == []
    between = (
        "<fes:Filter><fes:PropertyIsBetween><fes:ValueReference>app:code</fes:ValueReference><fes:LowerBoundary>"
        f"<fes:Literal>{nine_grids[2]}</fes:Literal></fes:LowerBoundary><fes:UpperBoundary><fes:Literal>{nine_grids[5]}"
        "</fes:Literal></fes:UpperBoundary></fes:PropertyIsBetween></fes:Filter>"
    )
    assert codes(feature(client, between)) == nine_grids[2:6]
    marks = 'wildCard="*" singleChar="?" escapeChar="!"'
    like = f"<fes:PropertyIsLike {marks}>{LITERAL.format('*00?')}</fes:PropertyIsLike>"
    assert codes(feature(client, f"<fes:Filter>{like}</fes:Filter>")) == nine_grids
    null = "<fes:PropertyIsNull><fes:ValueReference>app:name</fes:ValueReference></fes:PropertyIsNull>"
    assert codes(feature(client, f"<fes:Filter>{null}</fes:Filter>")) == []


def test_resource_ids_sorting_and_chosen_fields(client, nine_grids):
    ids = feature(client).xpath("//app:grids/@gml:id", namespaces=FES)
    query = f'<fes:Filter><fes:ResourceId rid="{ids[3]}"/><fes:ResourceId rid="{ids[5]}"/></fes:Filter>'
    assert feature(client, query).xpath("//app:grids/@gml:id", namespaces=FES) == [ids[3], ids[5]]
    found = get(client, REQUEST="GetFeature", VERSION="2.0.0", RESOURCEID=f"{ids[3]},{ids[5]}")
    assert found.xpath("//app:grids/@gml:id", namespaces=FES) == [ids[3], ids[5]]
    down = get(client, REQUEST="GetFeature", VERSION="2.0.0", TYPENAMES="app:grids", SORTBY="app:code DESC")
    assert down.xpath("//app:code/text()", namespaces=FES) == nine_grids[::-1]
    query = "<wfs:PropertyName>app:code</wfs:PropertyName>"
    only = feature(client, query).find("wfs:member/app:grids", FES)
    assert [etree.QName(child).localname for child in only] == ["code"]


def test_property_values(client, nine_grids):
    asked = {"REQUEST": "GetPropertyValue", "VERSION": "2.0.0", "TYPENAMES": "app:grids"}
    values = get(client, **asked, VALUEREFERENCE="app:code")
    assert values.tag == f"{{{NS['wfs']}}}ValueCollection"
    assert sorted(values.xpath("//app:code/text()", namespaces=FES)) == nine_grids
    shapes = get(client, **asked, VALUEREFERENCE="app:geom", COUNT=1)
    assert len(shapes.xpath("//app:geom/gml:*", namespaces=FES)) == 1
    refused = get(client, 400, **asked, VALUEREFERENCE="app:nothing")
    assert refused.xpath("//@exceptionCode") == ["InvalidParameterValue"]


ASKED = {"REQUEST": "GetFeature", "VERSION": "2.0.0", "TYPENAMES": "app:grids"}
WRONG = [
    ({}, "MissingParameterValue"),
    ({"REQUEST": "Nothing"}, "OperationNotSupported"),
    ({"REQUEST": "LockFeature", "VERSION": "2.0.0"}, "OperationNotSupported"),
    ({"SERVICE": "WMS", "REQUEST": "GetCapabilities"}, "InvalidParameterValue"),
    ({"REQUEST": "GetFeature", "VERSION": "2.0.0"}, "MissingParameterValue"),
    ({"REQUEST": "GetFeature", "TYPENAMES": "app:grids"}, "MissingParameterValue"),
    ({**ASKED, "VERSION": "9.9"}, "InvalidParameterValue"),
    ({**ASKED, "FILTER": "<"}, "InvalidParameterValue"),
    ({**ASKED, "COUNT": "x"}, "InvalidParameterValue"),
    ({**ASKED, "OUTPUTFORMAT": "x"}, "InvalidParameterValue"),
]


def test_wrong_requests_get_valid_reports(client, nine_grids, ows):
    for parameters, code in WRONG:
        refused = get(client, 400, **parameters)
        assert refused.xpath("//@exceptionCode") == [code], parameters
        ows["owsExceptionReport"].assertValid(refused)
