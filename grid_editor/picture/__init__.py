"""Maps as SVG text, for what is printed, posted or listed: exports, notices, thumbnails.

`frame` says where the ground falls on the paper, `ground` reads streets and water, `drawing` draws one layer
each, `marks` adds scale bar and north arrow, `plan_map` puts a map together. Nothing here knows plans, HTTP or PDF.
"""
