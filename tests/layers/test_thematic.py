"""Prove what the database holds of the thematic layers: identifiers, population, stock, readings, who sees what."""

import json
import threading

import numpy as np
import pytest
import shapely
from django.contrib.auth import get_user_model
from django.db import IntegrityError, connection, transaction

from gis_core.models import Membership, Role
from layers import identifiers, registry
from layers.identifiers import CREDIT_CHARACTERS, credit_check_character, credit_code_error
from layers.models import Building, Camera, GridPopulation, Sensor, StockLine, Warehouse
from tests.shapes import board, grid_code, place, square, village_of

pytestmark = pytest.mark.django_db

POINT = "ST_SetSRID(ST_MakePoint(%s, %s), 4490)"


def run(statement: str, *values: object) -> list[tuple]:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return cursor.fetchall() if cursor.description else []


def point(table: str, name: str, x: float, y: float, **columns: object) -> int:
    names = ", ".join(columns)
    places = ", ".join(["%s"] * len(columns))
    statement = f"INSERT INTO {table} (name, geom{', ' + names if names else ''}) VALUES (%s, {POINT}"
    statement += f"{', ' + places if places else ''}) RETURNING id"
    return run(statement, name, *place(x, y), *columns.values())[0][0]


# ---- identifiers --------------------------------------------------------------------------------------------


def test_known_credit_codes_are_right_and_one_wrong_character_is_found():
    # Three codes that are in print.
    for code in ("91330100799655058B", "914403001922038216", "91350100M000100Y43"):
        assert credit_code_error(code) is None
        for place_of in range(18):
            other = "1" if code[place_of] != "1" else "2"
            assert credit_code_error(code[:place_of] + other + code[place_of + 1 :]) is not None


def test_python_and_the_database_agree_on_credit_and_camera_codes():
    rng = np.random.default_rng(3)
    letters = list(CREDIT_CHARACTERS)
    codes = []
    for _n in range(400):
        first = "91" + "".join(rng.choice(list("0123456789"), 6)) + "".join(rng.choice(letters, 9))
        codes += [first + credit_check_character(first), first + str(rng.choice(letters)), first + "I", first]
    found = dict(run("SELECT c, is_credit_code(c) FROM unnest(%s::text[]) c", codes))
    assert found == {code: credit_code_error(code) is None for code in codes}
    assert 400 <= sum(found.values()) < 460
    cameras = [
        "41020200001310000001",
        "41020200001320000001",
        "41020200001180000001",
        "4102020000131000000",
        "",
    ]
    found = dict(run("SELECT c, is_camera_code(c) FROM unnest(%s::text[]) c", cameras))
    assert found == {code: identifiers.is_camera_code(code) for code in cameras}
    assert list(found.values()) == [True, True, False, False, False]


@pytest.mark.parametrize(
    ("table", "column", "code"),
    [
        ("layers_enterprise", "uscc", "91110000100003962X"),
        ("layers_camera", "gb_code", "41020200001180000001"),
    ],
)
def test_raw_sql_cannot_store_a_wrong_identifier(table, column, code):
    with pytest.raises(IntegrityError), transaction.atomic():
        point(table, "x", 0, 0, **{column: code})


# ---- population ---------------------------------------------------------------------------------------------

HOUSE = (
    "INSERT INTO layers_building (source_id, use, households, residents, residents_80_up, geom)"
    " VALUES (%s, 'residential', %s, %s, %s, ST_GeomFromWKB(%s, 4490))"
)


def house(name: str, x: float, households: int = 10) -> tuple[object, ...]:
    return (name, households, households * 2, 1, shapely.to_wkb(square(x, 0.4, 0.1)))


def counts() -> dict[str, tuple[int, int, int]]:
    rows = run(
        "SELECT source_id, buildings, households, residents_80_up FROM layers_gridpopulation ORDER BY 1"
    )
    return {code: tuple(rest) for code, *rest in rows}


def test_population_follows_the_buildings_whoever_writes_them():
    village_of(board(2, 1))
    run(HOUSE, *house("a", 0.2))
    run(HOUSE, *house("b", 0.6))
    assert counts() == {grid_code(1): (2, 20, 2), grid_code(2): (0, 0, 0)}
    run(
        "UPDATE layers_building SET geom = ST_GeomFromWKB(%s, 4490) WHERE source_id = 'b'",
        house("b", 1.2)[-1],
    )
    Building.objects.filter(source_id="a").update(households=15)
    assert counts() == {grid_code(1): (1, 15, 1), grid_code(2): (1, 10, 1)}
    run("DELETE FROM layers_building WHERE source_id = 'a'")
    assert counts() == {grid_code(1): (0, 0, 0), grid_code(2): (1, 10, 1)}
    assert GridPopulation.objects.get(grid_code=grid_code(2)).density == "sparse"


def test_population_has_a_row_for_each_live_grid_with_its_outline():
    village_of(board(2, 1))
    run("UPDATE gis_core_area SET name = '新名' WHERE code = %s AND valid_to IS NULL", grid_code(1))
    same = "SELECT bool_and(p.geom = a.geom AND p.name = a.name AND p.grid_code = a.code), count(*)"
    same += (
        " FROM layers_gridpopulation p JOIN gis_core_area a ON a.code = p.source_id AND a.valid_to IS NULL"
    )
    assert run(same) == [(True, 2)]


@pytest.mark.django_db(transaction=True)
def test_two_sessions_that_build_in_one_grid_are_both_counted(session):
    village_of(board(1, 1))
    first, second = session(), session()
    first.execute(HOUSE, house("a", 0.2))
    other = threading.Thread(target=lambda: (second.execute(HOUSE, house("b", 0.6)), second.commit()))
    other.start()
    other.join(0.3)
    first.commit()
    other.join(10)
    assert counts() == {grid_code(1): (2, 20, 2)}


# ---- details ------------------------------------------------------------------------------------------------


def test_a_sensor_shows_its_newest_reading_in_whatever_order_they_come():
    sensor = point("layers_sensor", "PM2.5", 0, 0)
    for at, value in (("10:00", 35.0), ("12:00", 80.5), ("11:00", 50.0)):
        run(
            "INSERT INTO layers_sensorreading (sensor_id, at, value, alarm_level) VALUES (%s, %s, %s, 'notice')",
            sensor,
            f"2026-11-20 {at}+08",
            value,
        )
    found = Sensor.objects.get()
    assert (found.value, found.measured_at.hour, found.alarm_level) == (80.5, 4, "notice")


def test_a_warehouse_says_what_is_in_it():
    warehouse = Warehouse.objects.get(pk=point("layers_warehouse", "物资库", 0, 0))
    for material, quantity in (("帐篷", 200), ("棉被", 500)):
        StockLine.objects.create(warehouse=warehouse, material=material, quantity=quantity, unit="件")
    StockLine.objects.filter(material="帐篷").update(quantity=180)
    warehouse.refresh_from_db()
    assert warehouse.stock == "帐篷 180 件；棉被 500 件"
    StockLine.objects.all().delete()
    warehouse.refresh_from_db()
    assert warehouse.stock == ""


# ---- declarations -------------------------------------------------------------------------------------------


def test_every_value_of_a_code_list_has_its_class_in_the_legend():
    for layer in registry.every():
        classified = [field for field in layer.fields if field.name == layer.style.field and field.codes]
        for field in classified:
            drawn = {value for cls in layer.style.classes for value in cls.values}
            assert set(field.codes.values) <= drawn, layer.key


def test_the_choices_of_a_model_are_those_of_the_declaration():
    for layer in registry.every():
        for field in layer.fields:
            if field.codes is not None:
                choices = layer.model_class._meta.get_field(field.name).choices
                assert {value for value, _title in choices} == set(field.codes.values), (
                    layer.key,
                    field.name,
                )


# ---- who sees what ------------------------------------------------------------------------------------------

SEES = {
    None: set(),
    "committee": {"staff", "cameras", "warehouses"},
    "drawer": {"staff"},
    "dispatcher": {"staff", "cameras", "warehouses"},
    "department": {"staff", "warehouses"},
    "worker": {"staff", "warehouses"},
    "viewer": {"staff"},
    "auditor": {"staff", "cameras", "warehouses"},
}


@pytest.mark.parametrize("role", [None, *Role.values])
def test_protected_layers_are_there_for_the_roles_that_need_them(client, role):
    village_of(board(1, 1))
    Camera.objects.create(name="c", geom=f"SRID=4490;POINT({place(0.5, 0.5)[0]} {place(0.5, 0.5)[1]})")
    if role is not None:
        user = get_user_model().objects.create_user(role)
        Membership.objects.create(user=user, role=role, code_prefix="410202")
        client.force_login(user)
    listed = {layer["key"] for layer in client.get("/api/v1/layers/").json()["layers"] if not layer["public"]}
    keys = {
        key for key in listed if registry.find(key).model.startswith("layers.")
    }  # other apps test their own
    assert keys == SEES[role]
    found = client.get("/api/v1/layers/cameras/")
    assert found.status_code == (200 if "cameras" in keys else 404)
    if found.status_code == 200:
        assert len(json.loads(found.content)["features"]) == 1
