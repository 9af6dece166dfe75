"""Which ground has changed on which layer, and which layers note it. Written by `sql/010_changes.sql` only."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Func
from django.db.models.functions import Now


class TransactionId(models.Field):
    """PostgreSQL's xid8: the number of a transaction, 64 bits, never used again."""

    def db_type(self, connection: object) -> str:
        return "xid8"


class TileChange(models.Model):
    """A box (EPSG:3857, metres) in which a transaction changed a layer; `code` is the row's where it is protected."""

    xid = TransactionId(db_default=Func(function="pg_current_xact_id", output_field=TransactionId()))
    at = models.DateTimeField(db_default=Now())
    layer = models.CharField(max_length=60)
    code = models.CharField(max_length=20, db_default="")
    west = models.FloatField()
    south = models.FloatField()
    east = models.FloatField()
    north = models.FloatField()

    class Meta:
        db_table = "tile_cache_change"
        indexes = [models.Index(fields=["xid"], name="tile_change_xid")]

    def __str__(self) -> str:
        return f"{self.layer} {self.xid}"


class TileLayer(models.Model):
    """A layer whose changes are noted: what the trigger on its table needs to know.

    `condition` is SQL about a row `r`; `columns` are those that show on tiles; `digest` is of all that, for a server
    process to see whether it goes by the same declaration. Of transactions up to `horizon` changes may be forgotten.
    """

    layer = models.CharField(max_length=60, primary_key=True)
    tbl = models.CharField(max_length=120, db_index=True)
    geom = models.CharField(max_length=63)
    key_column = models.CharField(max_length=63)
    condition = models.TextField()
    columns = ArrayField(models.CharField(max_length=63))
    permission = models.CharField(max_length=40, db_default="")
    digest = models.CharField(max_length=64)
    horizon = TransactionId(db_default=models.Value("0", output_field=models.CharField()))

    class Meta:
        db_table = "tile_cache_layer"

    def __str__(self) -> str:
        return self.layer
