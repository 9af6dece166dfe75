"""The plan on which the sample city is drawn, and its way onto the ground.

Streets are drawn straight on a flat plan in metres. `Ground` bends that plan gently and places it in
EPSG:4490, so that straight cuts become slightly curved, slightly oblique streets. The bend is smooth and
one-to-one, so what does not cross on the plan does not cross on the ground.
"""

from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Geoms = NDArray[np.object_]

ORIGIN_LON, ORIGIN_LAT = 114.13, 34.76
METRES_PER_LON, METRES_PER_LAT = 91_380.0, 110_940.0  # at 34.83 N

# Wavelength and amplitude in metres. 2 pi A / L is the largest slope: together they stay below 0.6.
WAVES = ((9000.0, 190.0), (5200.0, 90.0), (2300.0, 30.0), (1100.0, 10.0))


def canonical(values: Floats) -> Floats:
    """Degrees rounded to the double nearest to a decimal with 8 places."""
    return np.round(values * 1e8) / 1e8


@dataclass(frozen=True)
class Ground:
    """One bend of the plan, drawn from the seed."""

    waves: Floats  # rows of kx, ky, phase, amplitude_x, amplitude_y

    @classmethod
    def from_seed(cls, seed: int) -> "Ground":
        rng = np.random.default_rng([seed, 1])
        rows = []
        for length, amplitude in WAVES:
            for turn in (0.0, 0.5):
                angle = np.pi * (turn + rng.uniform(0.1, 0.4))
                wave = 2 * np.pi / length
                side = angle + np.pi / 2  # sideways shift: bends without squeezing
                rows.append(
                    (
                        wave * np.cos(angle),
                        wave * np.sin(angle),
                        rng.uniform(0, 2 * np.pi),
                        amplitude * np.cos(side),
                        amplitude * np.sin(side),
                    )
                )
        return cls(np.array(rows))

    def bend(self, plan: Floats) -> Floats:
        """(n, 2) plan metres to (n, 2) metres on the ground."""
        kx, ky, phase, ax, ay = self.waves.T
        swing = np.sin(plan[:, :1] * kx + plan[:, 1:] * ky + phase)
        return plan + np.column_stack([swing @ ax, swing @ ay])

    def turned(self, plan: Floats, angle: Floats) -> Floats:
        """The direction on the ground of the plan direction `angle` at (n, 2) plan points, radians."""
        step = 5.0 * np.column_stack([np.cos(angle), np.sin(angle)])
        way = self.bend(plan + step) - self.bend(plan - step)
        return np.arctan2(way[:, 1], way[:, 0])

    def place(self, geoms: Geoms) -> Geoms:
        """Plan geometries to canonical lon/lat; equal plan points give bit-equal degrees."""
        coords = shapely.get_coordinates(geoms)
        unique, back = np.unique(coords, axis=0, return_inverse=True)
        return shapely.set_coordinates(geoms.copy(), to_degrees(self.bend(unique))[back.ravel()])


def to_degrees(metres: Floats) -> Floats:
    """(n, 2) ground metres to canonical lon/lat."""
    return canonical(metres / (METRES_PER_LON, METRES_PER_LAT) + (ORIGIN_LON, ORIGIN_LAT))


def to_metres(geoms: Geoms) -> Geoms:
    """Lon/lat geometries to ground metres, where right angles are right angles."""
    coords = (shapely.get_coordinates(geoms) - (ORIGIN_LON, ORIGIN_LAT)) * (METRES_PER_LON, METRES_PER_LAT)
    return shapely.set_coordinates(geoms.copy(), coords)


def to_lonlat(geoms: Geoms) -> Geoms:
    """Ground metres to canonical lon/lat."""
    return shapely.set_coordinates(geoms.copy(), to_degrees(shapely.get_coordinates(geoms)))


def street_angle(points: Floats) -> Floats:
    """The way streets run at (n, 2) plan points, in radians off the axes: smooth, within 9 degrees."""
    x, y = points[:, 0], points[:, 1]
    return 0.09 * np.sin(x / 4100.0 + 1.0) + 0.07 * np.sin(y / 2900.0 + x / 9000.0)


def spline(points: list[tuple[float, float]], step: int = 12) -> Floats:
    """A smooth line (Catmull-Rom) through points given in kilometres; (m, 2) plan metres."""
    p = np.asarray(points, dtype=float) * 1000.0
    p = np.vstack([2 * p[0] - p[1], p, 2 * p[-1] - p[-2]])
    t = np.linspace(0, 1, step, endpoint=False)[:, None]
    pieces = [_hermite(p[i : i + 4], t) for i in range(len(p) - 3)]
    return np.vstack([*pieces, p[-2:-1]])


def _hermite(p: Floats, t: Floats) -> Floats:
    a, b, c, d = p
    return 0.5 * (2 * b + (c - a) * t + (2 * a - 5 * b + 4 * c - d) * t**2 + (3 * b - a - 3 * c + d) * t**3)


def array_of(geoms: list[shapely.Geometry]) -> Geoms:
    """An object array of geometries (numpy would otherwise take multi-part ones apart)."""
    out = np.empty(len(geoms), dtype=object)
    out[:] = geoms
    return out


def segments(lines: Geoms) -> tuple[Geoms, Ints]:
    """Each line's single segments with the index of their line: small boxes make searches fast."""
    parts, line = shapely.get_parts(lines, return_index=True)
    coords, of = shapely.get_coordinates(parts, return_index=True)
    same = of[1:] == of[:-1]
    return shapely.linestrings(np.stack([coords[:-1], coords[1:]], axis=1)[same]), line[of[1:][same]]
