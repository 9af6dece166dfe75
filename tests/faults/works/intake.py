"""A burst of reports; who sends one goes on until it is accepted."""

from tests.faults.works.work import Work
from tests.incidents.test_burst import Burst

REPORTS = 120
POINTS = """
SELECT ST_X(p), ST_Y(p) FROM (SELECT ST_PointOnSurface(geom) AS p FROM gis_core_area
WHERE tier = 'grid' AND valid_to IS NULL AND code LIKE '410202%%' ORDER BY code LIMIT 100) x
"""
FOUND = """
SELECT count(*), count(DISTINCT description), (SELECT count(*) FROM incidents_step s JOIN incidents_incident i
  ON i.id = incident_id WHERE i.description LIKE %(mine)s) FROM incidents_incident WHERE description LIKE %(mine)s
"""


class IntakeBurst(Work):
    """As many as given, from four senders."""

    title = "intake burst"
    lost_with = ()

    def prepare(self) -> None:
        points = self.product.rows(POINTS)
        self.name = f"matrix {self.number} "
        token = self.product.tokens["worker"]
        self.burst = Burst(token, REPORTS, name=self.name, place_of=lambda n: points[n % len(points)])
        self.burst.address = self.site.address

    def begin(self) -> None:
        self.burst.start()

    def ended(self) -> bool:
        return not any(thread.is_alive() for thread in self.burst.threads)

    def told(self) -> int:
        assert self.burst.refused == []
        return len(self.burst.accepted)

    def found(self) -> int:
        (counts,) = self.product.rows(FOUND, {"mine": f"{self.name}%"})
        assert len(set(counts)) == 1, f"not each once: {counts}"
        return int(counts[0])
