"""Population as counts for each grid, kept by the database from the counts of its buildings."""

from django.contrib.gis.db import models
from django.contrib.gis.db.models.fields import MultiPolygonField

from layers import codelists
from layers.models.feature import CANONICAL_SRID, Feature, tile_geometry


class GridPopulation(Feature):
    """Households and residents of one live grid, by age band, and how densely it is lived in.

    Nobody writes here: the rows follow the buildings and the grids (layers/sql/040_population.sql), as does
    the geometry, which is the grid's. `source_id` is the grid's code. Never a person.
    """

    buildings = models.IntegerField(db_default=0)
    households = models.IntegerField(db_default=0)
    residents = models.IntegerField(db_default=0)
    residents_0_14 = models.IntegerField(db_default=0)
    residents_15_59 = models.IntegerField(db_default=0)
    residents_60_79 = models.IntegerField(db_default=0)
    residents_80_up = models.IntegerField(db_default=0)
    per_km2 = models.IntegerField(db_default=0)
    density = models.CharField(max_length=12, choices=codelists.DENSITY.choices, db_default="none")
    geom = MultiPolygonField(srid=CANONICAL_SRID, spatial_index=False)
    geom_3857 = tile_geometry(MultiPolygonField)

    class Meta(Feature.Meta):
        db_table = "layers_gridpopulation"
