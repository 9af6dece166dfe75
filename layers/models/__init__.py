"""Tables of the thematic layers, one topic a file; how they are shown and served is in `declarations/`."""

from layers.models.base_map import Building, Landuse, Road, Water

__all__ = ["Building", "Landuse", "Road", "Water"]
