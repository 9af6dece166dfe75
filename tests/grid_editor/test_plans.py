"""Prove that a plan is a faithful copy, that commands, undo and redo are kept, and who may do what."""

import pytest
import shapely
from django.contrib.auth.models import AnonymousUser
from django.db import connection, transaction

from gis_core import access
from gis_core.errors import Conflict, NotFound, Refused, WanggeError
from gis_core.models import Area
from grid_editor import loading, selectors, services, storing, validations
from grid_editor.commands import Absorb, Delete, Merge, Rename, Renumber, Replace, Split
from grid_editor.models import Plan, PlanCommand
from grid_editor.reasons import Refusal
from tests.grid_editor.conftest import EAST, WEST, person, whole
from tests.shapes import COUNTY, place, square

pytestmark = pytest.mark.django_db


def line(*points: tuple[float, float]) -> shapely.MultiLineString:
    return shapely.MultiLineString([[place(*p) for p in points]])


def state(plan: Plan) -> list[tuple]:
    """Every row of the plan, geometry as bytes."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT id, code, name, kind, parent_code, geom::bytea, attributes::text FROM grid_editor_plangrid"
            " WHERE plan_id = %s UNION ALL SELECT id, code, name, tier, parent_code, geom::bytea, ''"
            " FROM grid_editor_planboundary WHERE plan_id = %s ORDER BY 2, 1",
            [plan.pk, plan.pk],
        )
        return cursor.fetchall()


@pytest.mark.parametrize(
    ("scope", "grids", "boundaries"), [(COUNTY, 12, 4), ("410202001", 12, 3), (WEST, 6, 1)]
)
def test_a_plan_copies_the_live_grids_below_its_scope(town, drawer, scope, grids, boundaries):
    plan = services.create_plan(drawer, "new grids", scope)
    assert (plan.grids.count(), plan.boundaries.count()) == (grids, boundaries)
    live = dict(Area.objects.live().filter(tier="grid").values_list("code", "geom"))
    assert all(row.geom.wkb == live[row.code].wkb for row in plan.grids.all())
    assert len(plan.base_versions) == grids
    assert validations.findings(plan, severity="error") == []


def test_a_scope_that_is_not_live_is_refused(town, drawer):
    with pytest.raises(NotFound):
        services.create_plan(drawer, "x", "410202099")
    with pytest.raises(WanggeError, match=r"county|区"):
        services.create_plan(drawer, "x", f"{WEST}001")


def test_only_who_draws_there_may_begin_and_edit(town, drawer):
    plan = services.create_plan(drawer, "x", WEST)
    command = Rename(f"{WEST}001", "north")
    with pytest.raises(access.NotSignedIn):
        services.create_plan(AnonymousUser(), "x", WEST)
    with pytest.raises(Refused):
        services.create_plan(person("v", "viewer"), "x", WEST)
    with pytest.raises(Refused):
        services.create_plan(person("e", "drawer", EAST), "x", WEST)
    with pytest.raises(Refused):
        services.run(person("a", "auditor"), plan.pk, command)
    with pytest.raises(NotFound):
        services.run(person("o", "drawer", "99"), plan.pk, command)


@pytest.mark.parametrize("frozen", ["submitted", "approved", "withdrawn", "published"])
def test_a_plan_out_of_hand_is_frozen(town, drawer, frozen):
    plan = services.create_plan(drawer, "x", WEST)
    Plan.objects.filter(pk=plan.pk).update(state=frozen)
    for write in (
        lambda: services.run(drawer, plan.pk, Rename(f"{WEST}001", "n")),
        lambda: services.undo(drawer, plan.pk),
        lambda: services.redo(drawer, plan.pk),
    ):
        with pytest.raises(services.Frozen):
            write()
    Plan.objects.filter(pk=plan.pk).update(state="returned")
    assert services.run(drawer, plan.pk, Rename(f"{WEST}001", "n")).plan.revision == 1


def test_undo_and_redo_restore_every_row_bit_for_bit(town, drawer):
    plan = services.create_plan(drawer, "x", COUNTY)
    seen = [state(plan)]
    commands = [
        Split(f"{WEST}001", line((0.3, -0.1), (0.7, 1.3))),
        Split(f"{WEST}003", line((2.5, -0.5), (2.4, 0.3), (3.2, 0.4))),
        Merge((f"{WEST}002", f"{WEST}005")),
        Renumber(f"{EAST}001"),
        Absorb(f"{WEST}007"),
        Replace(f"{EAST}002", square(3.9, 0.1)),
        Delete(f"{EAST}003"),
    ]
    for command in commands:
        services.run(drawer, plan.pk, command)
        seen.append(state(plan))
    assert len({str(s) for s in seen}) == len(seen)
    for expected in reversed(seen[:-1]):
        services.undo(drawer, plan.pk)
        assert state(plan) == expected
    with pytest.raises(Conflict):
        services.undo(drawer, plan.pk)
    for expected in seen[1:]:
        services.redo(drawer, plan.pk)
        assert state(plan) == expected
    with pytest.raises(Conflict):
        services.redo(drawer, plan.pk)


def test_a_new_command_ends_what_could_be_redone(town, drawer):
    plan = services.create_plan(drawer, "x", WEST)
    services.run(drawer, plan.pk, Rename(f"{WEST}001", "a"))
    services.undo(drawer, plan.pk)
    services.run(drawer, plan.pk, Rename(f"{WEST}001", "b"))
    services.undo(drawer, plan.pk)
    assert services.redo(drawer, plan.pk).command.number == 2
    with pytest.raises(Conflict):
        services.redo(drawer, plan.pk)


def test_a_split_on_the_village_border_nodes_the_neighbour_village_and_what_is_above(town, drawer):
    plan = services.create_plan(drawer, "x", COUNTY)
    outcome = services.run(drawer, plan.pk, Split(f"{WEST}003", line((1.9, 0.33333333), (3.1, 0.51111111))))
    assert outcome.command.codes == [f"{WEST}003", f"{WEST}007"]
    draft = loading.whole(plan)
    crossing = set(map(tuple, shapely.get_coordinates(draft.grids[f"{WEST}007"].geom).tolist()))
    crossing &= set(map(tuple, shapely.get_coordinates(draft.grids[f"{EAST}001"].geom).tolist()))
    for code in (EAST, WEST, "410202001"):
        vertices = set(map(tuple, shapely.get_coordinates(draft.boundaries[code].geom).tolist()))
        assert code == "410202001" or crossing <= vertices
    assert draft.is_clean(WEST)
    assert draft.is_clean(EAST)
    assert validations.findings(plan, severity="error") == []


def test_a_stored_command_is_judged_clean_by_the_database(town, drawer):
    plan = services.create_plan(drawer, "x", COUNTY)
    services.run(drawer, plan.pk, Split(f"{WEST}001", line((0.3, -0.1), (0.7, 1.3))))
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM grid_editor_plangrid WHERE NOT is_canonical(geom) OR NOT ST_IsValid(geom)"
        )
        assert cursor.fetchone() == (0,)
    assert validations.findings(plan, severity="error") == []


def test_what_wfs_leaves_unfinished_is_listed_not_refused(town, drawer):
    plan = services.create_plan(drawer, "x", WEST)
    services.run(drawer, plan.pk, Replace(f"{WEST}001", square(0, 0, 0.5)))
    services.run(drawer, plan.pk, Delete(f"{WEST}006"))
    bow_tie = shapely.Polygon([place(0, 1), place(1, 2), place(1, 1), place(0, 2)])
    services.run(drawer, plan.pk, Replace(f"{WEST}004", bow_tie))
    found = validations.findings(plan, severity="error")
    assert found[0].kind == "invalid"
    assert {one.kind for one in found} >= {"invalid", "gap"}
    assert all(one.sentence for one in found)


@pytest.mark.django_db(transaction=True)  # what one transaction both makes and retires leaves no trace
def test_a_retired_or_live_code_is_never_given_again(town, drawer):
    grids = {a.code: a for a in Area.objects.live().filter(parent_code=WEST)}
    joined = whole([shapely.from_wkb(bytes(grids[f"{WEST}00{n}"].geom.wkb)) for n in (5, 6)])
    with transaction.atomic():
        Area.objects.live().filter(code=f"{WEST}005").update(geom=storing.geos(joined))
        Area.objects.live().filter(code=f"{WEST}006").delete()
    plan = services.create_plan(drawer, "x", WEST)
    services.run(drawer, plan.pk, Absorb(f"{WEST}005"))
    services.run(drawer, plan.pk, Split(f"{WEST}001", line((0.5, -1), (0.5, 2))))
    assert set(plan.grids.values_list("code", flat=True)) == {f"{WEST}00{n}" for n in (1, 2, 3, 4, 7)}
    with pytest.raises(Refusal, match="008"):
        services.run(drawer, plan.pk, Renumber(f"{WEST}001", f"{WEST}006"))
    assert services.run(drawer, plan.pk, Renumber(f"{WEST}004", f"{WEST}005")).delta.removed() == [
        f"{WEST}004"
    ]


def test_the_log_says_in_both_languages_who_did_what(town, drawer):
    plan = services.create_plan(drawer, "x", WEST)
    services.run(drawer, plan.pk, Split(f"{WEST}001", line((0.5, -1), (0.5, 2))))
    services.undo(drawer, plan.pk)
    entries = selectors.log(plan)
    assert [entry["action"] for entry in entries] == ["undo", "command", "created"]
    assert entries[1]["user"] == "drawer"
    assert "001" in entries[1]["text"]
    assert set(entries[1:2][0]) >= {"at", "user", "text", "codes"}
    assert set(PlanCommand.objects.get().planlog_set.first().details["words"]) == {"zh-hans", "en"}
