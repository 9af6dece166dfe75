"""Open311 GeoReport v2 at `/open311/v2/` (wiki.open311.org/GeoReport_v2), in JSON and XML; see docs/open311.md."""
