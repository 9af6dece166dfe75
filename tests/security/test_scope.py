"""Prove that the database itself keeps to the scope: raw SQL of the server's role sees what the memberships say."""

import contextlib

import pytest
from django.db import connection, transaction
from django.db.utils import ProgrammingError
from django.test import RequestFactory

from gis_core import access, scope
from layers import protecting, registry
from layers.registry import Layer
from tests.security.conftest import CHILDREN, PROTECTED, ROLES, WEST, as_app, person, run

pytestmark = pytest.mark.django_db

CODE = {"incidents_incident": "scope_code", "grid_editor_plan": "scope_code"}

PUBLIC = {
    "auth_group", "auth_group_permissions", "auth_permission", "auth_user", "auth_user_groups",
    "auth_user_user_permissions", "authtoken_token", "django_admin_log", "django_content_type", "django_migrations",
    "django_session", "spatial_ref_sys",
    "gis_core_area", "gis_core_auditchain",
    "gis_core_coveragequeue", "gis_core_eventclock", "gis_core_job", "gis_core_membership",
    "gis_core_rule", "gis_core_sqlinstall", "gis_core_tagqueue", "gis_core_tier", "gis_core_turn",
    "grid_editor_lineage",
    "otp_totp_totpdevice",
    "incidents_calendarday", "incidents_category", "incidents_counter", "incidents_department",
    "incidents_departmentmember", "incidents_item",
    "incidents_loopmove", "incidents_loopstate", "incidents_workhours", "incidents_workspan",
    "layers_wfsbookmark", "tile_cache_change", "tile_cache_layer",
}  # fmt: skip
"""Tables without a policy that hold no row of a place which not everybody may see."""


def ids(cursor, table: str) -> set[int]:
    cursor.execute(f"SELECT id FROM {table}")
    return {row[0] for row in cursor.fetchall()}


def expected(table: str, prefixes: list[str]) -> set[int]:
    """What the owner, who sees every row, counts within these prefixes."""
    column = CODE.get(table, "area_code")
    rows = run(f"SELECT id, coalesce({column}, '') FROM {table}")
    return {key for key, code in rows if any(code.startswith(prefix) for prefix in prefixes)}


def test_the_servers_role_owns_nothing_and_cannot_step_round():
    attributes = run(
        "SELECT rolsuper, rolbypassrls, rolcreaterole, rolcreatedb FROM pg_roles"
        " WHERE rolname IN ('wangge_app', 'wangge_raster')"
    )
    assert attributes == [(False,) * 4] * 2
    owned = run(
        "SELECT relname FROM pg_class WHERE pg_get_userbyid(relowner) IN ('wangge_app', 'wangge_raster')"
    )
    assert owned == []
    assert run("SELECT pg_has_role('wangge_app', 'wangge', 'MEMBER')") == [(False,)]


@pytest.mark.parametrize("table", [*PROTECTED, *CHILDREN])
def test_without_a_scope_there_is_no_row(ground, table):
    assert run(f"SELECT count(*) FROM {table}")[0][0] >= 3
    with as_app() as cursor:
        assert ids(cursor, table) == set()
    for forged in ("0", "-1", "1 OR true", "system ", "SYSTEM", "%", "99999999999999999999"):
        with as_app(forged) as cursor:
            assert ids(cursor, table) == set(), forged


@pytest.mark.parametrize("table", PROTECTED)
def test_each_role_sees_what_its_membership_says(ground, people, table):
    for name, user in people.items():
        prefixes = access.prefixes(user, PROTECTED[table])
        with as_app(str(user.pk)) as cursor:
            seen = ids(cursor, table)
        assert seen == expected(table, prefixes), name
    assert expected(table, [WEST])
    assert expected(table, [WEST]) < expected(table, [""])


@pytest.mark.parametrize(("table", "parent"), CHILDREN.items())
def test_what_belongs_to_a_row_is_seen_with_it(ground, people, table, parent):
    column = {
        "layers_warehouse": "warehouse_id",
        "incidents_incident": "incident_id",
        "grid_editor_plan": "plan_id",
    }
    for name in (*ROLES, "outsider", "root"):
        with as_app(str(people[name].pk)) as cursor:
            cursor.execute(f"SELECT DISTINCT {column[parent]} FROM {table}")
            assert {row[0] for row in cursor.fetchall()} == ids(cursor, parent), name


def test_the_python_rule_and_the_databases_are_one(people):
    people["both"] = person("both", "drawer", "4102")
    for user in people.values():
        with as_app(str(user.pk)) as cursor:
            for action in access.ACTIONS:
                cursor.execute("SELECT scope_prefixes(%s)", [action])
                assert sorted(cursor.fetchone()[0]) == sorted(access.prefixes(user, action)), (user, action)


def test_a_closed_account_and_a_lost_membership_count_at_once(ground, people):
    viewer = people["viewer"]
    with as_app(str(viewer.pk)) as cursor:
        assert ids(cursor, "incidents_incident")
    viewer.is_active = False
    viewer.save()
    with as_app(str(viewer.pk)) as cursor:
        assert not ids(cursor, "incidents_incident")
    viewer.is_active = True
    viewer.save()
    viewer.memberships.all().delete()
    with as_app(str(viewer.pk)) as cursor:
        assert not ids(cursor, "incidents_incident")


@pytest.mark.parametrize("table", PROTECTED)
def test_who_does_not_see_a_row_cannot_change_or_remove_it(ground, people, table):
    column = "name"
    with as_app(str(people["outsider"].pk)) as cursor:
        cursor.execute(f"UPDATE {table} SET {column} = 'x'")
        assert cursor.rowcount == 0
        if table != "incidents_incident":  # no right to delete at all
            cursor.execute(f"DELETE FROM {table}")
            assert cursor.rowcount == 0


def test_a_row_cannot_be_put_where_its_writer_may_not_look(ground, people):
    with (
        as_app(str(people["committee"].pk)) as cursor,
        pytest.raises(ProgrammingError, match="row-level security"),
        transaction.atomic(),
    ):
        cursor.execute(
            "INSERT INTO grid_editor_plan (name, scope_code, state, origin, revision, base_at, base_versions,"
            " created_at, changed_at) VALUES ('x', '99', 'draft', 'manual', 0, now(), '{}', now(), now())"
        )


def test_a_reporter_sees_their_own_report_wherever_it_lies(ground, people):
    (own,) = run("SELECT id FROM incidents_incident WHERE scope_code LIKE '%%002%%' ORDER BY id LIMIT 1")[0]
    outsider = people["outsider"]
    run("UPDATE incidents_incident SET reporter_id = %s WHERE id = %s", outsider.pk, own)
    with as_app(str(outsider.pk)) as cursor:
        assert ids(cursor, "incidents_incident") == {own}
        cursor.execute("SELECT DISTINCT incident_id FROM incidents_step")
        assert cursor.fetchall() == [(own,)]


def test_the_figures_are_cut_to_the_scope(ground, people):
    def areas(user: str | None) -> set[str]:
        with as_app(user) as cursor:
            cursor.execute("SELECT DISTINCT area_code FROM incident_figures('-infinity', 'infinity')")
            return {row[0] for row in cursor.fetchall()}

    assert areas(None) == set()
    assert areas(str(people["drawer"].pk)) == set()
    assert (
        areas(str(people["viewer"].pk))
        == {code for code in areas("system") if code.startswith(WEST)}
        != set()
    )
    assert "" in areas("system")
    with (
        as_app("system") as cursor,
        pytest.raises(ProgrammingError, match="permission denied"),
        transaction.atomic(),
    ):
        cursor.execute("SELECT * FROM incident_measures('-infinity', 'infinity')")


def test_every_table_is_protected_or_known_to_be_public():
    tables = run(
        "SELECT c.relname, c.relrowsecurity FROM pg_class c WHERE c.relnamespace = 'public'::regnamespace"
        " AND c.relkind = 'r' AND NOT c.relname LIKE 'procrastinate%%'"
    )
    public_layers = {layer.table for layer in registry.every() if layer.permission is None}
    belongs = {
        relation.related_model._meta.db_table
        for layer in registry.every()
        if layer.permission is None
        for relation in layer.model_class._meta.related_objects
    }
    open_tables = {name for name, protected in tables if not protected}
    assert open_tables - PUBLIC - public_layers - belongs == set()
    protected = {layer.table for layer in registry.every() if layer.permission is not None}
    assert protected & open_tables == set()


def test_a_new_layer_with_a_permission_is_protected_by_its_declaration(ground, people):
    layer = next(each for each in registry.every() if each.key == "sensors")
    registry.remove("sensors")
    try:
        changed = Layer(**{**vars(layer), "permission": "view_cameras", "search_fields": ()})
        registry.add(changed)
        run("INSERT INTO layers_sensor (name, geom) SELECT name, geom FROM layers_camera")
        protecting.attach()
        with as_app(str(people["viewer"].pk)) as cursor:
            assert ids(cursor, "layers_sensor") == set()
        with as_app(str(people["dispatcher"].pk)) as cursor:
            assert ids(cursor, "layers_sensor") == expected("layers_sensor", [WEST])
    finally:
        registry.remove("sensors")
        registry.add(layer)
        protecting.attach()
    with as_app() as cursor:
        assert len(ids(cursor, "layers_sensor")) == 3


def test_a_layer_whose_declaration_says_nothing_is_seen_by_superusers_only(ground, people):
    layer = next(each for each in registry.every() if each.key == "sensors")
    registry.remove("sensors")
    try:
        said = {name: value for name, value in vars(layer).items() if name != "permission"}
        forgotten = registry.add(Layer(**said))
        run("INSERT INTO layers_sensor (name, geom) SELECT name, geom FROM layers_camera")
        protecting.attach()
        everywhere = person("everywhere", "dispatcher", "")
        assert not registry.may_see(everywhere, forgotten)
        assert registry.may_see(people["root"], forgotten)
        with as_app(str(everywhere.pk)) as cursor:
            assert ids(cursor, "layers_sensor") == set()
        with as_app(str(people["root"].pk)) as cursor:
            assert len(ids(cursor, "layers_sensor")) == 3
    finally:
        registry.remove("sensors")
        registry.add(layer)
        protecting.attach()


def test_a_session_is_told_anew_after_a_rollback(people, settings):
    """A setting made within a transaction goes with it; the next query must not work for whom was before."""
    settings.REQUEST_ROLE = ""
    first, second = people["viewer"], people["dispatcher"]

    def told() -> str:
        return run("SELECT current_setting('wangge.user', true)")[0][0]

    with scope.acting(first):
        assert told() == str(first.pk)
    with scope.acting(second), contextlib.suppress(ZeroDivisionError), transaction.atomic():
        assert told() == str(second.pk)
        raise ZeroDivisionError
    with scope.acting(second):
        assert told() == str(second.pk)
    assert told() == ""


def test_a_request_acts_for_its_user_as_soon_as_that_is_known(people):
    request = RequestFactory().get("/", REMOTE_ADDR="192.0.2.7")
    scope.begin(request)
    try:
        assert scope.session_values() == ("", "192.0.2.7")
        request.user = people["viewer"]
        assert scope.session_values() == (str(people["viewer"].pk), "192.0.2.7")
        with scope.system():
            assert scope.session_values() == ("system", "192.0.2.7")
        assert scope.in_request()
    finally:
        scope.end()
    assert scope.session_values() == ("", "")
    assert connection.vendor == "postgresql"
