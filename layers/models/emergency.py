"""Emergency resources that everybody may need to find, and warehouses with what is in them."""

from django.contrib.gis.db import models

from layers import codelists
from layers.models.feature import Addressed, PointGeometry


class EmergencyResource(Addressed, PointGeometry):
    """A shelter, hydrant, defibrillator, team or fire station. `capacity`: people that a shelter takes in, or
    members of a team."""

    kind = models.CharField(max_length=16, choices=codelists.EMERGENCY_KIND.choices, db_default="shelter")
    state = models.CharField(max_length=12, choices=codelists.RESOURCE_STATE.choices, db_default="available")
    capacity = models.PositiveIntegerField(null=True, blank=True)
    expires_on = models.DateField(null=True, blank=True)
    checked_on = models.DateField(null=True, blank=True)
    phone = models.CharField(max_length=30, blank=True, db_default="")

    class Meta(PointGeometry.Meta):
        db_table = "layers_emergencyresource"


class Warehouse(Addressed, PointGeometry):
    """A warehouse of emergency material. `stock` says in one line what its stock lines hold; the database
    writes it (layers/sql/030_latest.sql)."""

    state = models.CharField(max_length=12, choices=codelists.RESOURCE_STATE.choices, db_default="available")
    phone = models.CharField(max_length=30, blank=True, db_default="")
    stock = models.TextField(blank=True, db_default="", editable=False)

    class Meta(PointGeometry.Meta):
        db_table = "layers_warehouse"


class StockLine(models.Model):
    """So much of one material in a warehouse."""

    warehouse = models.ForeignKey(Warehouse, on_delete=models.CASCADE, related_name="stock_lines")
    material = models.CharField(max_length=60)
    quantity = models.PositiveIntegerField()
    unit = models.CharField(max_length=12)
    expires_on = models.DateField(null=True, blank=True)

    class Meta:
        db_table = "layers_stockline"
        constraints = [
            models.UniqueConstraint(
                fields=["warehouse", "material", "unit", "expires_on"],
                nulls_distinct=False,
                name="stockline_once",
            )
        ]

    def __str__(self) -> str:
        return f"{self.material} {self.quantity} {self.unit}"
