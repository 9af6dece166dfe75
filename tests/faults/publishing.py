"""Plans to be published while something is killed, and whether that has happened."""

from typing import Any

import psycopg

from tests.faults.conftest import Product

NEIGHBOURS = """
SELECT a.parent_code, a.code, b.code FROM gis_core_area a JOIN gis_core_area b
ON a.parent_code = b.parent_code AND a.code < b.code AND ST_Dimension(ST_Intersection(a.geom, b.geom)) = 1
WHERE a.tier = 'grid' AND b.tier = 'grid' AND a.valid_to IS NULL AND b.valid_to IS NULL
  AND (a.parent_code, a.code) > (SELECT coalesce(max(scope_code), ''), '' FROM grid_editor_plan)
  AND NOT EXISTS (SELECT FROM grid_editor_plan p WHERE p.scope_code = a.parent_code)
ORDER BY 1, 2, 3 LIMIT 1
"""


def neighbours(product: Product) -> tuple[str, str, str]:
    """A village which no plan has touched, and two grids of it with a common border."""
    with psycopg.connect(product.url) as raw:
        found = raw.execute(NEIGHBOURS).fetchone()
        assert found is not None, "every village has had its plan"
        return found


def approved_merge(product: Product, running: Any) -> tuple[int, list[str]]:
    """A plan that merges two grids of a village which no plan has touched; its number, and the two."""
    village, first, second = neighbours(product)
    with product.client(running, "drawer") as drawer, product.client(running, "committee") as committee:
        plan = drawer.post("/api/v1/plans/", json={"name": "x", "scope_code": village}).json()
        merge = {"kind": "merge", "codes": [first, second], "revision": plan["revision"]}
        address = f"/api/v1/plans/{plan['id']}"
        for client, path, body in (
            (drawer, "commands", merge),
            (drawer, "submit", {}),
            (committee, "approve", {}),
        ):
            answer = client.post(f"{address}/{path}/", json=body)
            assert answer.status_code < 300, answer.text
    return plan["id"], [first, second]


def is_published(product: Product, plan: int, grids: list[str]) -> bool:
    """Whether it is; and all that publishing does is done, or nothing of it."""
    state = product.asked("SELECT state FROM grid_editor_plan WHERE id = %s", [plan])
    live = "SELECT count(*) FROM gis_core_area WHERE code = ANY (%s) AND valid_to IS NULL"
    lives = product.asked(live, [grids])
    lineage = product.asked("SELECT count(*) FROM grid_editor_lineage WHERE plan_id = %s", [plan])
    assert (state, lives, lineage > 0) in (("approved", 2, False), ("published", 1, True))
    assert product.is_whole()
    return state == "published"
