"""The declared loop (incidents/loop) as the database keeps it, so that it can refuse what is not declared."""

from django.db import models


class LoopState(models.Model):
    """A state: whether it is open, and how long an incident may stay in it (null: as long as the case may)."""

    state = models.CharField(max_length=20, primary_key=True)
    is_open = models.BooleanField()
    limit_hours = models.DecimalField(max_digits=7, decimal_places=2, null=True, blank=True)
    limit_unit = models.CharField(max_length=8, default="natural")

    def __str__(self) -> str:
        return self.state


class LoopMove(models.Model):
    """That an action may lead from one state to another."""

    from_state = models.CharField(max_length=20)
    to_state = models.CharField(max_length=20)
    action = models.CharField(max_length=24)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["from_state", "to_state", "action"], name="loop_move_once")
        ]

    def __str__(self) -> str:
        return f"{self.from_state} -> {self.to_state} ({self.action})"
