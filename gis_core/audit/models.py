"""Tables of the audit. Written by `audit_write` of sql/064_audit.sql only; the server's role may read, and no more."""

from django.db import models
from django.db.models import Q


class AuditEntry(models.Model):
    """One line of one chain. `digest` covers the line and the digest of the line before it.

    `user_id` and `who`: the user and their name then; `who` is 'system' or a role of the database where no user was.
    `object` and `key`: the table and row, or the surface and what was asked. `code`: the area that it lies in, or
    the user's own. `data`: `before` and `after` of what changed, or what the action needs to be understood.
    """

    chain = models.SmallIntegerField()
    number = models.BigIntegerField()
    at = models.DateTimeField()
    user_id = models.BigIntegerField(null=True, blank=True)
    who = models.CharField(max_length=150)
    client = models.CharField(max_length=64)
    db_role = models.CharField(max_length=63)
    action = models.CharField(max_length=24)
    object = models.CharField(max_length=120)
    key = models.CharField(max_length=120)
    code = models.CharField(max_length=20)
    data = models.JSONField()
    transaction = models.BigIntegerField()
    digest = models.CharField(max_length=64)

    class Meta:
        app_label = "gis_core"
        verbose_name_plural = "audit entries"
        constraints = [
            models.UniqueConstraint(fields=["chain", "number"], name="audit_number"),
            models.CheckConstraint(condition=Q(number__gt=0), name="audit_number_counts"),
        ]
        indexes = [
            models.Index(fields=["at"], name="audit_at"),
            models.Index(fields=["user_id", "id"], name="audit_user"),
            models.Index(fields=["object", "key"], name="audit_object"),
        ]

    def __str__(self) -> str:
        return f"{self.chain}/{self.number} {self.who} {self.action} {self.object}"


class AuditChain(models.Model):
    """A chain's end, and where it begins since older lines were forgotten."""

    id = models.SmallIntegerField(primary_key=True)
    number = models.BigIntegerField(default=0)
    digest = models.CharField(max_length=64, default="")
    pruned_number = models.BigIntegerField(default=0)
    pruned_digest = models.CharField(max_length=64, default="")

    class Meta:
        app_label = "gis_core"

    def __str__(self) -> str:
        return f"{self.pk}: {self.number}"
