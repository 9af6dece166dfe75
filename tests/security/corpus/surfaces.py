"""Where each kind of hostile input goes: every surface that reads it, under its own name."""

import json
from collections.abc import Callable

from tests.security.corpus.hostile import Hostile
from tests.security.corpus.target import Answer, Target

Surface = Callable[[Target, Hostile, bytes], Answer]
WFS = "/ogc/wfs"
NAMES = {
    "1.0.0": ("http://www.opengis.net/wfs", "http://www.opengis.net/ogc"),
    "1.1.0": ("http://www.opengis.net/wfs", "http://www.opengis.net/ogc"),
    "2.0.0": ("http://www.opengis.net/wfs/2.0", "http://www.opengis.net/fes/2.0"),
}
LONGEST_LINE = 15_000
"""Bytes of a filter that still goes into an address."""
BOUNDARY = "0hostile0"


def posted(path: str, kind: str, role: str) -> Surface:
    return lambda target, _one, body: target.ask("POST", path, body, role, Content_Type=kind)


def uploaded(path: Callable[[Target], str], field: str, role: str, **more: str) -> Surface:
    def send(target: Target, one: Hostile, body: bytes) -> Answer:
        return target.ask(
            "POST", path(target), multipart(field, one.file or "hostile.geojson", body, more), role,
            Content_Type=f"multipart/form-data; boundary={BOUNDARY}",
        )  # fmt: skip

    return send


def multipart(field: str, file: str, body: bytes, more: dict[str, str]) -> bytes:
    texts = [
        f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'.encode()
        for name, value in more.items()
    ]
    head = f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="{field}"; filename="{file}"\r\n\r\n'
    return b"".join([*texts, head.encode(), body, f"\r\n--{BOUNDARY}--\r\n".encode()])


# ---- WFS ----------------------------------------------------------------------------------------------------


def edited(version: str, what: str) -> Surface:
    """A geometry or a filter within a Transaction."""

    def send(target: Target, _one: Hostile, body: bytes) -> Answer:
        wfs, fes = NAMES[version]
        name, text = f"plan_{target.plan}", body.decode()
        names = f'xmlns="{wfs}" xmlns:fes="{fes}" xmlns:app="urn:wangge:app"'
        head = f'<Transaction {names} service="WFS" version="{version}">'
        field = "ValueReference" if version == "2.0.0" else "Name"
        actions = {
            "insert": f"<Insert><app:{name}><app:geom>{text}</app:geom></app:{name}></Insert>",
            "update": f'<Update typeName="app:{name}"><Property><{field}>geom</{field}><Value>{text}</Value></Property>'
            f'<fes:Filter><fes:ResourceId rid="{name}.1"/></fes:Filter></Update>',
            "delete": f'<Delete typeName="app:{name}"><fes:Filter>{text}</fes:Filter></Delete>',
        }
        answer = target.ask(
            "POST", WFS, f"{head}{actions[what]}</Transaction>".encode(), "drawer", Content_Type="text/xml"
        )
        _take_back(target, answer)
        return answer

    return send


def asked_for(wrap: Callable[[str], str]) -> Surface:
    """A filter of a POSTed GetFeature."""

    def send(target: Target, _one: Hostile, body: bytes) -> Answer:
        wfs, fes = NAMES["2.0.0"]
        text = (
            f'<GetFeature xmlns="{wfs}" xmlns:fes="{fes}" service="WFS" version="2.0.0" count="5">'
            f'<Query typeNames="grids"><fes:Filter>{wrap(body.decode())}</fes:Filter></Query></GetFeature>'
        )
        return target.ask("POST", WFS, text.encode(), Content_Type="text/xml")

    return send


def in_the_address(target: Target, _one: Hostile, body: bytes) -> Answer:
    from urllib.parse import quote

    text = f'<fes:Filter xmlns:fes="{NAMES["2.0.0"][1]}">{body[:LONGEST_LINE].decode()}</fes:Filter>'
    query = "SERVICE=WFS&VERSION=2.0.0&REQUEST=GetFeature&TYPENAMES=grids&COUNT=5&FILTER="
    return target.ask("GET", f"{WFS}?{query}{quote(text)}")


def meeting(geometry: str) -> str:
    return f"<fes:Intersects><fes:ValueReference>geom</fes:ValueReference>{geometry}</fes:Intersects>"


# ---- plans --------------------------------------------------------------------------------------------------


def commanded(kind: str, field: str) -> Surface:
    """A geometry as an argument of a command."""

    def send(target: Target, _one: Hostile, body: bytes) -> Answer:
        path = f"/api/v1/plans/{target.plan}/"
        plan = json.loads(target.ask("GET", path, role="drawer").body)
        text = f'{{"kind":"{kind}","revision":{plan["revision"]},"{field}":{body.decode()}}}'
        answer = target.ask(
            "POST", f"{path}commands/", text.encode(), "drawer", Content_Type="application/json"
        )
        _take_back(target, answer)
        return answer

    return send


def as_file(target: Target, one: Hostile, body: bytes) -> Answer:
    """A geometry as the only one of a GeoJSON file."""
    feature = f'{{"type":"Feature","properties":{{"name":"x"}},"geometry":{body.decode()}}}'
    text = f'{{"type":"FeatureCollection","features":[{feature}]}}'
    return uploaded(_upload, "file", "drawer", dry_run="true")(target, one, text.encode())


def _upload(target: Target) -> str:
    return f"/api/v1/plans/{target.plan}/upload/"


def _take_back(target: Target, answer: Answer) -> None:
    if answer.status == 200 and b"Exception" not in answer.body:
        target.ask(
            "POST",
            f"/api/v1/plans/{target.plan}/undo/",
            b"{}",
            "drawer",
            Content_Type="application/json",
        )


# ---- all ----------------------------------------------------------------------------------------------------

BY_KIND: dict[str, dict[str, Surface]] = {
    "xml": {
        "WFS": posted(WFS, "text/xml", "drawer"),
        "Open311": posted("/open311/v2/requests.xml", "text/xml", "worker"),
    },
    "gml": {
        **{f"insert {version}": edited(version, "insert") for version in NAMES},
        **{f"update {version}": edited(version, "update") for version in NAMES},
        "a filter": asked_for(meeting),
    },
    "filter": {
        "GetFeature": asked_for(str),
        "the address": in_the_address,
        **{f"delete {version}": edited(version, "delete") for version in NAMES},
    },
    "geojson": {
        "create": commanded("create", "polygon"),
        "split": commanded("split", "line"),
        "upload": as_file,
    },
    "json": {
        "report": posted("/api/v1/incidents/", "application/json", "worker"),
        "report as a form": posted("/api/v1/incidents/", "application/x-www-form-urlencoded", "worker"),
        "plan": posted("/api/v1/plans/", "application/json", "drawer"),
        "session": posted("/api/v1/session/", "application/json", ""),
        "Open311 JSON": posted("/open311/v2/requests.json", "application/json", "worker"),
        "Open311 form": posted("/open311/v2/requests.xml", "application/x-www-form-urlencoded", "worker"),
    },
    "upload": {
        "as it is": uploaded(_upload, "file", "drawer", dry_run="true"),
        "with repair": uploaded(_upload, "file", "drawer", dry_run="true", repair="true"),
    },
    "table": {"batch": uploaded(lambda _target: "/api/v1/incidents/batch/", "file", "worker")},
    "picture": {
        "photo": uploaded(
            lambda target: f"/api/v1/incidents/{target.number}/photos/", "photos", "worker", phase="before"
        ),
        "report": uploaded(
            lambda _target: "/api/v1/incidents/", "photos", "worker",
            item="26", description="x", lon="114.3", lat="34.8", crs="4490",
        ),
    },
    "path": {"GET": lambda target, _one, body: target.ask("GET", body.decode(), role="dispatcher")},
}  # fmt: skip
