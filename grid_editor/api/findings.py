"""Findings of the checks as GeoJSON, each with the repair that there is for it."""

from collections.abc import Iterable
from typing import Any

import shapely

from grid_editor import loading
from grid_editor.models import Plan
from grid_editor.repairs.offers import Offer, offers
from grid_editor.validations import RULES, Finding, Look, of_draft


def features(
    plan: Plan, villages: Iterable[str] | None = None, severity: str | None = None
) -> list[dict[str, Any]]:
    """The findings as GeoJSON features with their repairs."""
    draft = loading.whole(plan) if villages is None else loading.of_villages(plan, villages)
    return features_of(Look(plan, draft, draft.villages), severity)


def features_of(look: Look, severity: str | None = None) -> list[dict[str, Any]]:
    """The same of a draft that may not be stored (then errors only: warnings read the stored rows)."""
    found = of_draft(look, [rule for rule in RULES if severity in (None, rule.severity)])
    offered = offers(look, found)
    return [_feature(one, offered.get(one.id)) for one in found]


def _feature(finding: Finding, offer: Offer | None) -> dict[str, Any]:
    """`rule` and `kind` are the same word: the kind of defect, and the rule that found it."""
    return {
        "type": "Feature",
        "id": finding.id,
        "geometry": shapely.geometry.mapping(finding.geom),
        "properties": {
            "id": finding.id,
            "rule": finding.kind,
            "kind": finding.kind,
            "severity": finding.rule.severity,
            "codes": list(finding.codes),
            "village": finding.village,
            "m2": finding.m2,
            "size": finding.size,
            "sentence": finding.sentence,
            "repair": None if offer is None else {"title": offer.title, "safe": offer.safe},
        },
    }
