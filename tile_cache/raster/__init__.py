"""Raster maps: WMS, WMTS and TMS by MapProxy over MapServer, both configured from the declared layers."""
