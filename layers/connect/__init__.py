"""`/connect/`: for people with a GIS of their own: addresses, QGIS connections, and a project that is ready to open."""
