"""Where pages of WFS answers ended, so that the next one goes on there whatever was written meanwhile."""

from django.contrib.postgres.indexes import BrinIndex
from django.db import models


class WfsBookmark(models.Model):
    """In run `run` of the query `query`, what comes at `start_index` lies behind the row `after`.

    `query` is a hash of who asks for what; `after` the values of that row in the order of sorting, its primary
    key last. A run begins with a first page and is forgotten with its last. Rules: `surfaces/wfs/bookmarks.py`.
    """

    query = models.CharField(max_length=64)
    run = models.UUIDField()
    start_index = models.BigIntegerField()
    after = models.JSONField()
    at = models.DateTimeField()

    class Meta:
        db_table = "layers_wfsbookmark"
        indexes = [BrinIndex(fields=["at"], name="wfsbookmark_at")]
        constraints = [
            models.UniqueConstraint(fields=["query", "run", "start_index"], name="wfsbookmark_place"),
        ]

    def __str__(self) -> str:
        return f"{self.query[:8]} {self.start_index}"
