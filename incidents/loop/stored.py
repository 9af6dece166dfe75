"""Writes the declared loop into the database, which refuses any other change of state, whoever writes it."""

from typing import Any

from django.db import transaction

from incidents.loop import actions, states


def store(**_sender: Any) -> None:
    """After a migration: the states and moves as they are declared now."""
    from incidents.models import LoopMove, LoopState

    wanted = set(actions.moves())
    with transaction.atomic():
        for state in states.STATES:
            limit = state.limit
            LoopState.objects.update_or_create(
                state=state.key,
                defaults={
                    "is_open": state.is_open,
                    "limit_hours": limit.hours if limit else None,
                    "limit_unit": limit.unit if limit else "natural",
                },
            )
        LoopState.objects.exclude(state__in=states.BY_KEY).delete()
        there = {(row.from_state, row.to_state, row.action): row.pk for row in LoopMove.objects.all()}
        LoopMove.objects.filter(pk__in=[pk for move, pk in there.items() if move not in wanted]).delete()
        LoopMove.objects.bulk_create(
            LoopMove(from_state=a, to_state=b, action=key) for a, b, key in sorted(wanted - there.keys())
        )
