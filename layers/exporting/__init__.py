"""A layer's rows as a file: GeoPackage, Shapefile, GeoJSON, GeoParquet, CSV; one module for each family of formats.

A `Sheet` says what goes in; a format is a function from a sheet to bytes, a portion at a time.
"""
