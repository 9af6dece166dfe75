"""Credentials that people give to programs: a password for one GIS program, a token for one system."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class Credential(models.Model):
    """One secret of a user, of which only the hash is kept. It ends with `expires_at`, or when it is revoked.

    `lookup` finds the row, `digest` is SHA-256 of the whole secret (which has 192 random bits: no slow hash is needed).
    """

    class Kind(models.TextChoices):
        APPLICATION = "application", _("password of an application")
        TOKEN = "token", _("token of a system")

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="credentials")
    kind = models.CharField(max_length=12, choices=Kind)
    title = models.CharField(max_length=80)
    lookup = models.CharField(max_length=16, unique=True)
    digest = models.CharField(max_length=64)
    read_only = models.BooleanField(default=False)
    created_at = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True, blank=True)
    last_used_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        app_label = "gis_core"
        ordering = ["-id"]

    def __str__(self) -> str:
        return f"{self.kind} {self.title}"
