"""WFS-T: read a Transaction of 1.0, 1.1 or 2.0 into actions (`reading`, `gml`, `filters`), answer it in its version
(`answers`). What the actions do is the providers' business.
"""
