"""One thing that a rule found in a plan, and what every rule is.

Rules look at a `Look` (look.py) and know nothing of repairs; repairs (grid_editor/repairs) read findings.
"""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np
import shapely
from django.utils.translation import gettext as _

from grid_editor.reasons import short

if TYPE_CHECKING:
    from grid_editor.validations.look import Look

ERROR, WARNING = "error", "warning"
SEVERITIES = (ERROR, WARNING)


@dataclass(frozen=True)
class Finding:
    """`geom` EPSG:4490, where it is; `m2` the ground concerned (0 where it is about none), `metres` the length
    of lines; `codes` the grids concerned; `facts` the numbers and names of the sentence."""

    rule: "Rule"
    village: str
    codes: tuple[str, ...]
    geom: shapely.Geometry
    m2: float = 0.0
    metres: float = 0.0
    facts: Mapping[str, Any] = field(default_factory=dict)

    @property
    def kind(self) -> str:
        return self.rule.kind

    @property
    def id(self) -> str:
        """The same for the same defect as long as it lies where it lies: kind, village, and a hash of the rest."""
        place = np.rint(np.array(self.geom.bounds) * 1e7).astype(np.int64).tolist()
        codes = () if self.rule.known_by_place else self.codes
        digest = hashlib.sha1(repr((place, codes)).encode(), usedforsecurity=False).hexdigest()
        return f"{self.kind}-{self.village}-{digest[:12]}"

    @property
    def sentence(self) -> str:
        """What is wrong, in the reader's language."""
        return self.rule.sentence(self)

    @property
    def size(self) -> str:
        """How large it is, with its unit."""
        return self.rule.size(self)

    @property
    def grids(self) -> str:
        """The grids as a person names them."""
        return ", ".join(map(short, self.codes))


class Rule:
    """One check. `known_by_place`: its findings are told apart by where they are alone."""

    kind: ClassVar[str]
    severity: ClassVar[str] = ERROR
    known_by_place: ClassVar[bool] = False

    def find(self, look: "Look") -> Iterable[Finding]:
        """Everything in the villages looked at that breaks the rule."""
        raise NotImplementedError

    def sentence(self, finding: Finding) -> str:
        """The finding in words for people who know their streets and not their GIS."""
        raise NotImplementedError

    def size(self, finding: Finding) -> str:
        """Square metres; rules about something else say what."""
        return square_metres(finding.m2)


def square_metres(m2: float) -> str:
    """A readable area: enough digits for a hair, none too many for a block."""
    return _("%(m2)s m²") % {"m2": f"{m2:.0f}" if m2 >= 100 else f"{m2:.1f}" if m2 >= 1 else f"{m2:.4f}"}


def metres(length: float) -> str:
    """A readable length."""
    return _("%(metres)s m") % {"metres": f"{length:.0f}" if length >= 10 else f"{length:.2f}"}
