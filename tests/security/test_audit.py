"""Prove that the audit holds who did what, grows only, and shows when anybody has touched it."""

import base64
import json
import threading

import pytest
from django.contrib.auth import get_user_model
from django.core.management import CommandError, call_command
from django.db import connection, transaction
from django.db.utils import ProgrammingError
from django.test import Client
from rest_framework.test import APIClient

from gis_core import audit, scope
from gis_core.audit import attaching, verifying
from gis_core.audit.models import AuditChain, AuditEntry
from gis_core.models import Membership
from tests.security.conftest import EAST, WEST, as_app, person, run
from tests.shapes import place

pytestmark = pytest.mark.django_db

POINT = "ST_SetSRID(ST_MakePoint(%s, %s), 4490)"


def camera(name: str = "one", x: float = 0.5) -> int:
    return run(
        f"INSERT INTO layers_camera (name, geom) VALUES (%s, {POINT}) RETURNING id", name, *place(x, 0.5)
    )[0][0]


def lines(**wanted) -> list[AuditEntry]:
    return list(AuditEntry.objects.filter(**wanted).order_by("id"))


def test_a_change_is_noted_with_what_was_before_and_after_and_where(ground, people):
    with scope.acting(people["dispatcher"]):
        key = camera()
        run("UPDATE layers_camera SET state = 'fault' WHERE id = %s", key)
        run("UPDATE layers_camera SET state = 'fault' WHERE id = %s", key)
        run("DELETE FROM layers_camera WHERE id = %s", key)
    made, changed, removed = lines(object="layers_camera", key=str(key))
    assert [one.action for one in (made, changed, removed)] == ["insert", "update", "delete"]
    assert {one.who for one in (made, changed, removed)} == {"dispatcher"}
    assert changed.user_id == people["dispatcher"].pk
    assert changed.data == {"before": {"state": "online"}, "after": {"state": "fault"}}
    assert made.data["after"]["name"] == removed.data["before"]["name"] == "one"
    assert made.code.startswith(WEST)


def test_it_is_in_the_writing_transaction(ground):
    before = AuditEntry.objects.count()
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        _camera_then_fail()
    assert AuditEntry.objects.count() == before
    assert verifying.broken() == []


def _camera_then_fail() -> None:
    camera()
    raise ZeroDivisionError


def test_rights_and_accounts_are_noted_and_passwords_are_not(db):
    user = person("somebody")
    Membership.objects.create(user=user, role="viewer", code_prefix=EAST)
    user.set_password("another-Secret-4")
    user.first_name = "S"
    user.save()
    (given,) = lines(object="gis_core_membership", action="insert")
    assert given.code == EAST
    assert given.data["after"]["role"] == "viewer"
    assert all("password" not in json.dumps(one.data) for one in lines(object="auth_user"))
    assert lines(object="auth_user", action="update")


def test_every_protected_table_is_audited_or_a_log_itself(db):
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT relname FROM pg_class WHERE relrowsecurity AND relnamespace = 'public'::regnamespace"
        )
        protected = {name for (name,) in cursor.fetchall()}
        cursor.execute("SELECT tgrelid::regclass::text FROM pg_trigger WHERE tgname = 'audit_insert'")
        noted = {name for (name,) in cursor.fetchall()}
    assert protected - noted == attaching.OWN_LOG
    assert {"auth_user", "gis_core_membership", "gis_core_area"} <= noted


def test_many_rows_of_one_statement_are_one_line(ground):
    run(
        f"INSERT INTO layers_camera (name, geom) SELECT n::text, {POINT} FROM generate_series(1, 101) n",
        *place(0.5, 0.5),
    )
    (one,) = lines(object="layers_camera", data__rows=101)
    assert one.action == "insert"


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE gis_core_auditentry SET who = 'nobody'",
        "DELETE FROM gis_core_auditentry",
        "TRUNCATE gis_core_auditentry",
        "INSERT INTO gis_core_auditentry (chain) VALUES (1)",
        "SELECT * FROM gis_core_auditchain",
        "UPDATE gis_core_auditchain SET digest = ''",
        "ALTER TABLE gis_core_auditentry DISABLE TRIGGER ALL",
        "DROP TRIGGER audit_refuse ON gis_core_auditentry",
        "SET session_replication_role = replica",
    ],
)
def test_the_servers_role_cannot_touch_a_line(ground, people, statement):
    """Not even where it says that it prunes, or works for the system."""
    camera()
    for user in (str(people["root"].pk), "system"):
        with as_app(user) as cursor:
            cursor.execute("SELECT set_config('wangge.audit_pruning', 'on', true)")
            with pytest.raises(ProgrammingError), transaction.atomic():
                cursor.execute(statement)
    assert verifying.broken() == []


@pytest.mark.parametrize(
    "statement", ["UPDATE gis_core_auditentry SET who = 'x'", "DELETE FROM gis_core_auditentry"]
)
def test_the_owner_is_refused_too(ground, statement):
    camera()
    with pytest.raises(ProgrammingError, match="only ever added to"), transaction.atomic():
        run(statement)


def tampered(statement: str, *values: object) -> list[str]:
    """What the check finds after somebody with every right has got round the trigger."""
    run("ALTER TABLE gis_core_auditentry DISABLE TRIGGER audit_refuse")
    run(statement, *values)
    run("ALTER TABLE gis_core_auditentry ENABLE ALWAYS TRIGGER audit_refuse")
    return verifying.broken()


def test_whatever_is_done_behind_its_back_shows(ground):
    keys = [camera(str(n)) for n in range(5)]
    third = lines(object="layers_camera", key=str(keys[2]))[0]
    assert verifying.broken() == []
    for change in (
        "UPDATE gis_core_auditentry SET who = 'x' WHERE id = %s",
        "UPDATE gis_core_auditentry SET at = at + interval '1 us' WHERE id = %s",
        "UPDATE gis_core_auditentry SET data = data || '{\"a\": 1}' WHERE id = %s",
        "DELETE FROM gis_core_auditentry WHERE id = %s",
        "DELETE FROM gis_core_auditentry WHERE id >= %s",
        "UPDATE gis_core_auditentry SET who = client, client = who WHERE id = %s",
    ):
        point = transaction.savepoint()
        assert tampered(change, third.pk), change
        transaction.savepoint_rollback(point)
    assert verifying.broken() == []


def test_the_command_tells_and_compares_with_what_was_kept(ground, tmp_path, capsys):
    camera()
    call_command("verify_audit", keep=tmp_path / "heads.json")
    assert "whole" in capsys.readouterr().out
    camera("two")
    call_command("verify_audit", against=tmp_path / "heads.json")
    # Somebody forges a whole new chain: it fits in itself, but not with what was kept.
    chain = AuditChain.objects.get(pk=lines(object="layers_camera")[-1].chain)
    run("ALTER TABLE gis_core_auditentry DISABLE TRIGGER audit_refuse")
    run("DELETE FROM gis_core_auditentry")
    run("DELETE FROM gis_core_auditchain")
    run("ALTER TABLE gis_core_auditentry ENABLE ALWAYS TRIGGER audit_refuse")
    assert verifying.broken() == []
    with pytest.raises(CommandError, match=f"chain {chain.pk}: "):
        call_command("verify_audit", against=tmp_path / "heads.json")


def test_old_lines_are_forgotten_and_the_rest_still_fits(ground):
    for n in range(4):
        camera(str(n))
    count = AuditEntry.objects.count()
    # As if they had been written long ago: the digests are made anew, as time would have made them.
    run("ALTER TABLE gis_core_auditentry DISABLE TRIGGER audit_refuse")
    run(
        "DO $$ DECLARE e gis_core_auditentry; before text := ''; BEGIN"
        " FOR e IN SELECT * FROM gis_core_auditentry ORDER BY chain, number LOOP"
        "  IF e.number = 1 THEN before := ''; END IF;"
        "  IF e.number <= 2 THEN e.at := e.at - interval '200 days'; END IF;"
        "  before := audit_digest(before, e);"
        "  UPDATE gis_core_auditentry SET at = e.at, digest = before WHERE id = e.id;"
        "  UPDATE gis_core_auditchain SET digest = before WHERE id = e.chain;"
        " END LOOP; END $$"
    )
    run("ALTER TABLE gis_core_auditentry ENABLE ALWAYS TRIGGER audit_refuse")
    assert verifying.broken() == []
    with as_app("system") as cursor:
        cursor.execute("SELECT audit_prune(interval '190 days')")
        assert cursor.fetchone()[0] == 2
    assert AuditEntry.objects.count() == count - 2
    assert verifying.broken() == []
    with as_app("system") as cursor, pytest.raises(Exception, match="183 days"), transaction.atomic():
        cursor.execute("SELECT audit_prune(interval '30 days')")


@pytest.mark.django_db(transaction=True)
def test_writers_at_the_same_time_do_not_wait_for_each_other_and_the_chains_fit(session):
    one, two = session(), session()
    for raw in (one, two):
        raw.execute("SELECT audit_write('test', 'x', '', '', '{}')")  # both transactions are open now
    two.commit()
    one.commit()

    def many() -> None:
        raw = session()
        for _n in range(25):
            raw.execute("SELECT audit_write('test', 'x', '', '', '{}')")
            raw.commit()

    threads = [threading.Thread(target=many) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert AuditEntry.objects.filter(action="test").count() == 152
    assert verifying.broken() == []


# ---- what only the server knows, and who reads it -----------------------------------------------------------


def test_a_refusal_is_noted_with_who_and_from_where(ground, people):
    client = APIClient()
    client.force_authenticate(people["viewer"])
    answer = client.post(
        "/api/v1/plans/", {"name": "x", "scope_code": WEST}, format="json", REMOTE_ADDR="192.0.2.9"
    )
    assert answer.status_code == 403
    (one,) = lines(action="refused")
    assert (one.who, one.client, one.object, one.key) == ("viewer", "192.0.2.9", "/api/v1/plans/", "POST")
    assert one.code == WEST


def test_a_wrong_password_is_noted_and_being_asked_for_one_is_not(people, client):
    client.get("/api/v1/plans/")
    assert lines(action="refused") == []
    wrong = base64.b64encode(b"viewer:wrong").decode()
    assert client.get("/api/v1/plans/", headers={"authorization": f"Basic {wrong}"}).status_code == 401
    assert len(lines(action="refused", object="/api/v1/plans/")) == 1


def test_one_address_cannot_fill_the_disk_with_refusals(people, settings):
    settings.AUDIT_REFUSALS = 3
    client = Client(REMOTE_ADDR="198.51.100.1")
    wrong = "Token " + "0" * 40
    for _n in range(8):
        client.get("/api/v1/plans/", headers={"authorization": wrong})
    assert len(lines(action="refused", client="198.51.100.1")) == 3


def test_the_auditor_reads_the_lines_of_their_area_and_nobody_else_does(ground, people):
    camera("west"), camera("east", 2.5)
    for name, user in people.items():
        client = APIClient()
        client.force_authenticate(user)
        answer = client.get("/api/v1/audit/", {"object": "layers_camera"})
        if name not in ("auditor", "root"):
            assert answer.status_code == 403, name
            continue
        names = {row["data"]["after"]["name"] for row in answer.json()["results"]}
        assert "west" in names
        assert ("east" in names) == (name == "root")
        assert answer["Cache-Control"] == "no-store"
    assert Client().get("/api/v1/audit/").status_code == 401


def test_the_database_keeps_the_auditor_to_their_area_as_well(ground, people):
    with as_app(str(people["auditor"].pk)) as cursor:
        cursor.execute("SELECT DISTINCT code FROM gis_core_auditentry")
        codes = {code for (code,) in cursor.fetchall()}
    assert codes
    assert all(code.startswith(WEST) for code in codes)


def test_the_pages_of_the_audit_follow_each_other(ground, people):
    for n in range(5):
        camera(str(n))
    client = APIClient()
    client.force_authenticate(people["root"])
    seen, cursor = [], ""
    while True:
        given = {"object": "layers_camera", "limit": "2", **({"cursor": cursor} if cursor else {})}
        page = client.get("/api/v1/audit/", given).json()
        seen += [row["id"] for row in page["results"]]
        cursor = page["next_cursor"]
        if cursor is None:
            break
    assert seen == sorted(seen, reverse=True)
    assert len(seen) == len(set(seen)) == AuditEntry.objects.filter(object="layers_camera").count()
    assert client.get("/api/v1/audit/", {"wrong": "1"}).status_code == 400


def test_the_admin_shows_the_audit_and_changes_nothing(ground, client):
    get_user_model().objects.create_superuser("root", password="x")
    client.login(username="root", password="x")
    camera()
    one = lines(object="layers_camera")[-1]
    assert client.get("/admin/gis_core/auditentry/").status_code == 200
    assert client.get(f"/admin/gis_core/auditentry/{one.pk}/change/").status_code == 200
    assert client.post(f"/admin/gis_core/auditentry/{one.pk}/change/", {"who": "x"}).status_code == 403
    assert client.post(f"/admin/gis_core/auditentry/{one.pk}/delete/", {"post": "yes"}).status_code == 403
    assert client.get("/admin/gis_core/membership/").status_code == 200


def test_any_text_can_be_noted(db):
    audit.record(
        "read",
        "x" * 500,
        "\0" * 3 + "'; DROP TABLE x; --",
        purpose="核实\0\ud800".encode("utf-8", "replace").decode(),
    )
    assert len(lines(action="read")) == 1
    assert verifying.broken() == []
