"""The synthetic sample city. Pure Python: no Django, no database.

`generate("S")` draws Longting district, `generate("M")` all of Kaifeng, `generate("L")` a province-sized
country of invented codes. Names and codes of administrative areas are real in S and M; every shape, street,
building and figure is invented. The same preset and seed give the same city, byte for byte.
"""

from data.sample.city import City
from data.sample.generator import Report, generate_from
from data.sample.presets import plan_of

__all__ = ["City", "generate"]


def generate(preset: str = "S", seed: int = 1, report: Report = lambda _: None) -> City:
    """The sample city of a preset ("S", "M" or "L"). `report` is called with the name of each step."""
    return generate_from(plan_of(preset), seed, report)
