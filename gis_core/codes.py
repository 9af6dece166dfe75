"""The unified code system: tiers, code lengths, and what a code says about its parents.

Codes nest by prefix: 6 digits district, +3 town, +3 village, +3 grid, +2 microgrid (12-digit statistical
division code of the NBS plus a 3-digit sequence; see docs/codes.md). The lengths are a setting.
"""

from dataclasses import dataclass

from django.conf import settings

TIERS = ("province", "city", "county", "town", "village", "grid", "microgrid")
TITLES = {  # Chinese, English
    "province": ("省", "province"),
    "city": ("市", "city"),
    "county": ("区县", "district"),
    "town": ("乡镇街道", "town"),
    "village": ("村社区", "village"),
    "grid": ("网格", "grid"),
    "microgrid": ("微网格", "microgrid"),
}
LAYER_KEYS = {  # the layer that serves the areas of a tier on every surface
    "province": "provinces",
    "city": "cities",
    "county": "counties",
    "town": "towns",
    "village": "villages",
    "grid": "grids",
    "microgrid": "microgrids",
}


@dataclass(frozen=True)
class CodeError(ValueError):
    """A code that breaks the system; `reason` says what is allowed."""

    code: str
    reason: str

    def __str__(self) -> str:
        return f"{self.code!r}: {self.reason}"


def length_of(tier: str) -> int:
    """Digits in a code of this tier."""
    return int(settings.CODE_LENGTHS[tier])


def rank_of(tier: str) -> int:
    """0 for province, counting down to the microgrid."""
    return TIERS.index(tier)


def tier_below(tier: str) -> str | None:
    """The next finer tier, or None below the microgrid."""
    rank = rank_of(tier) + 1
    return TIERS[rank] if rank < len(TIERS) else None


def tier_of(code: str) -> str:
    """The tier that a code of this length belongs to.

    Raises CodeError, naming the lengths that exist.
    """
    for tier in TIERS:
        if len(code) == length_of(tier):
            return tier
    allowed = ", ".join(f"{tier} {length_of(tier)}" for tier in TIERS)
    raise CodeError(code, f"{len(code)} digits belong to no tier; allowed: {allowed}")


def parent_of(code: str) -> str | None:
    """The code one tier up, by prefix; None for a province."""
    rank = rank_of(tier_of(code))
    return code[: length_of(TIERS[rank - 1])] if rank else None


def check(code: str, tier: str, parent_code: str | None) -> None:
    """Raise CodeError unless `code` is well-formed on `tier` and begins with its parent's code."""
    if not (code.isascii() and code.isdigit()):
        raise CodeError(code, "a code has digits only")
    if len(code) != length_of(tier):
        raise CodeError(code, f"a {tier} code has {length_of(tier)} digits, this has {len(code)}")
    if parent_code is not None and not (code.startswith(parent_code) and len(code) > len(parent_code)):
        raise CodeError(code, f"it must begin with its parent's code {parent_code}")


def sequence(parent_code: str, tier: str, number: int) -> str:
    """The code number `number` (from 1) on `tier` under `parent_code`.

    Raises CodeError when the number has more digits than the tier leaves for it.
    """
    digits = length_of(tier) - len(parent_code)
    if digits < 1:
        raise CodeError(parent_code, f"it leaves no digits for a {tier} code of {length_of(tier)} digits")
    if not 1 <= number < 10**digits:
        raise CodeError(parent_code, f"{number} does not fit the {digits} digits of a {tier} below it")
    return f"{parent_code}{number:0{digits}d}"
