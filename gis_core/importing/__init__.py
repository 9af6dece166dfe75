"""Import of areas: read, check, code, settle, write. `import_areas(Options(...)) -> Report` is the whole door.

reading -> checking -> coding -> settling (noding, faces, defects, repairing, fitting, chain) -> writing -> report.
"""

from gis_core.importing.options import ImportRefused, Options
from gis_core.importing.report import Report
from gis_core.importing.service import import_areas

__all__ = ["ImportRefused", "Options", "Report", "import_areas"]
