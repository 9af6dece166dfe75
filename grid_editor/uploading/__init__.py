"""Upload of a file into a plan: guard -> reading (gis_core) -> rows -> villages -> one command and a report.

`service.upload(...)` is the whole door. The plan is loose: without `repair` a dirty file is taken as it is.
"""
