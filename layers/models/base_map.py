"""The base map: roads, water, land use and buildings of the district itself, needed where no other map is."""

from django.contrib.gis.db import models
from django.contrib.gis.db.models.fields import MultiLineStringField, MultiPolygonField
from django.db.models import Case, Q, Value, When
from django.utils.translation import gettext_lazy as _

from layers import codelists
from layers.models.feature import CANONICAL_SRID, Feature, tile_geometry


class Road(Feature):
    """A road's centre line, cut where its class or name changes."""

    class RoadClass(models.TextChoices):
        EXPRESSWAY = "expressway", _("expressway")
        ARTERIAL = "arterial", _("arterial road")
        SECONDARY = "secondary", _("secondary road")
        LOCAL = "local", _("local road")
        LANE = "lane", _("lane")
        PATH = "path", _("path")
        RAILWAY = "railway", _("railway")

    road_class = models.CharField(max_length=16, choices=RoadClass, db_default=RoadClass.LOCAL)
    geom = MultiLineStringField(srid=CANONICAL_SRID, spatial_index=False)
    geom_3857 = tile_geometry(MultiLineStringField)

    class Meta(Feature.Meta):
        db_table = "layers_road"


class Water(Feature):
    """A water surface."""

    class Kind(models.TextChoices):
        RIVER = "river", _("river")
        LAKE = "lake", _("lake")
        CANAL = "canal", _("canal")
        POND = "pond", _("pond")
        MOAT = "moat", _("moat")

    kind = models.CharField(max_length=16, choices=Kind, db_default=Kind.LAKE)
    geom = MultiPolygonField(srid=CANONICAL_SRID, spatial_index=False)
    geom_3857 = tile_geometry(MultiPolygonField)

    class Meta(Feature.Meta):
        db_table = "layers_water"


class Landuse(Feature):
    """A piece of ground by its use."""

    class Kind(models.TextChoices):
        RESIDENTIAL = "residential", _("residential land")
        COMMERCIAL = "commercial", _("commercial land")
        INDUSTRIAL = "industrial", _("industrial land")
        PUBLIC = "public", _("public facilities")
        PARK = "park", _("park")
        FARMLAND = "farmland", _("farmland")
        FOREST = "forest", _("forest")
        TRANSPORT = "transport", _("transport")
        OTHER = "other", _("other land")

    kind = models.CharField(max_length=16, choices=Kind, db_default=Kind.OTHER)
    geom = MultiPolygonField(srid=CANONICAL_SRID, spatial_index=False)
    geom_3857 = tile_geometry(MultiPolygonField)

    class Meta(Feature.Meta):
        db_table = "layers_landuse"


class Building(Feature):
    """A building's outline with its housing: counts of households and residents by age band, never names."""

    class Use(models.TextChoices):
        RESIDENTIAL = "residential", _("residential building")
        MIXED = "mixed", _("residential and shops")
        BUNGALOW = "bungalow", _("single-storey housing")
        COMMERCIAL = "commercial", _("commercial building")
        OFFICE = "office", _("offices")
        PUBLIC = "public", _("public building")
        SCHOOL = "school", _("school building")
        HOSPITAL = "hospital", _("hospital building")
        INDUSTRIAL = "industrial", _("industrial building")
        OTHER = "other", _("other building")

    address_text = models.CharField(max_length=300, blank=True, db_default="")
    building_no = models.CharField(max_length=40, blank=True, db_default="")
    use = models.CharField(max_length=16, choices=Use, db_default=Use.OTHER)
    floors = models.PositiveSmallIntegerField(null=True, blank=True)
    units = models.PositiveSmallIntegerField(null=True, blank=True)
    households = models.PositiveIntegerField(null=True, blank=True)
    residents = models.PositiveIntegerField(null=True, blank=True)
    residents_0_14 = models.PositiveIntegerField(null=True, blank=True)
    residents_15_59 = models.PositiveIntegerField(null=True, blank=True)
    residents_60_79 = models.PositiveIntegerField(null=True, blank=True)
    residents_80_up = models.PositiveIntegerField(null=True, blank=True)
    structure = models.CharField(
        max_length=16, choices=codelists.BUILDING_STRUCTURE.choices, blank=True, db_default=""
    )
    year_built = models.PositiveSmallIntegerField(null=True, blank=True)
    danger_level = models.CharField(
        max_length=1, choices=codelists.DANGER_LEVEL.choices, blank=True, db_default=""
    )
    property_company = models.CharField(max_length=120, blank=True, db_default="")
    is_housing = models.GeneratedField(
        expression=Case(
            When(Q(use__in=["residential", "mixed", "bungalow"]) | Q(households__gt=0), then=Value(True)),
            default=Value(False),
        ),
        output_field=models.BooleanField(),
        db_persist=True,
    )
    geom = MultiPolygonField(srid=CANONICAL_SRID, spatial_index=False)
    geom_3857 = tile_geometry(MultiPolygonField)

    class Meta(Feature.Meta):
        db_table = "layers_building"
