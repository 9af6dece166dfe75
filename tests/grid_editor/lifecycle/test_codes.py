"""Prove the rules of codes from the first drawing of a village to what is live."""

import pytest
from django.db import transaction

from gis_core.models import Area
from grid_editor import services
from grid_editor.commands import Insert, Number, SetKind
from grid_editor.publishing import service
from grid_editor.reasons import Refusal
from grid_editor.storing import geos
from tests.grid_editor.conftest import EAST, WEST, whole
from tests.grid_editor.lifecycle.conftest import pass_on
from tests.grid_editor.publishing.approving import live, split
from tests.shapes import TOWN, insert, square

pytestmark = pytest.mark.django_db(transaction=True)

NORTH = f"{TOWN}003"


@pytest.fixture
def undivided(town):
    """A third village north of the two, which never had grids."""
    ground = [square(x, 2) for x in range(6)]
    with transaction.atomic():
        everything = geos(whole([square(x, y) for x in range(6) for y in range(3)]))
        Area.objects.live().filter(tier__in=("county", "town")).update(geom=everything)
        border = geos(whole([square(x, y) for x in range(3) for y in range(2)]))
        Area.objects.live().filter(code=WEST).update(geom=border)
        insert(NORTH, "village", TOWN, whole(ground))
    return NORTH


def place_of(code):
    point = live(NORTH)[code].centroid
    return round((point.x - 114.3) * 100, 1), round((point.y - 34.8) * 100, 1)


def test_a_village_is_numbered_west_to_east_once_and_later_grids_take_the_next_number(
    undivided, drawer, chief
):
    plan = services.create_plan(drawer, "x", NORTH)
    services.run(drawer, plan.pk, Insert(live(NORTH)[NORTH]))
    for code, x in (("001", 3), ("002", 5), ("001", 1)):  # drawn in no order
        services.run(drawer, plan.pk, split(f"{NORTH}{code}", (x, 1.5), (x, 3.5)))
    services.run(drawer, plan.pk, Number(NORTH))
    pass_on(plan, drawer, chief)
    service.publish(chief, plan.pk)
    assert [place_of(f"{NORTH}00{n}")[0] for n in (1, 2, 3, 4)] == [0.5, 2.0, 4.0, 5.5]
    later = services.create_plan(drawer, "y", NORTH)
    with pytest.raises(Refusal) as refused:
        services.run(drawer, later.pk, Number(NORTH))
    assert refused.value.code == "numbered_before"
    outcome = services.run(drawer, later.pk, split(f"{NORTH}002", (1.4, 1.5), (1.4, 3.5)))
    assert outcome.command.codes == [f"{NORTH}002", f"{NORTH}005"]
    pass_on(later, drawer, chief)
    service.publish(chief, later.pk)
    assert place_of(f"{NORTH}002")[0] == 2.2  # the larger part kept the code
    assert place_of(f"{NORTH}005")[0] == 1.2


def test_special_grids_are_numbered_from_801(undivided, drawer):
    plan = services.create_plan(drawer, "x", NORTH)
    services.run(drawer, plan.pk, Insert(live(NORTH)[NORTH]))
    services.run(drawer, plan.pk, split(f"{NORTH}001", (2, 1.5), (2, 3.5)))
    services.run(drawer, plan.pk, SetKind(f"{NORTH}001", "special"))
    services.run(drawer, plan.pk, Number(NORTH))
    assert set(plan.grids.values_list("code", "kind")) == {
        (f"{NORTH}001", "general"),
        (f"{NORTH}801", "special"),
    }
    for village in (EAST, "410202999001"):
        with pytest.raises(Refusal):
            services.run(drawer, plan.pk, Number(village))
