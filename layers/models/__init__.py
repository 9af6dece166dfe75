"""Tables of the thematic layers, one topic a file; how they are shown and served is in `declarations/`."""

from layers.models.base_map import Building, Landuse, Road, Water
from layers.models.emergency import EmergencyResource, StockLine, Warehouse
from layers.models.enterprise import Enterprise
from layers.models.population import GridPopulation
from layers.models.public_places import Hospital, PublicBuilding, School
from layers.models.watching import Camera, GridStaff, Sensor, SensorReading
from layers.models.wfs_bookmark import WfsBookmark

__all__ = [
    "Building",
    "Camera",
    "EmergencyResource",
    "Enterprise",
    "GridPopulation",
    "GridStaff",
    "Hospital",
    "Landuse",
    "PublicBuilding",
    "Road",
    "School",
    "Sensor",
    "SensorReading",
    "StockLine",
    "Warehouse",
    "Water",
    "WfsBookmark",
]
