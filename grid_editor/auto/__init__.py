"""Draw grids automatically: streets and banks make blocks, blocks make balanced, compact grids.

`inputs` says what goes in, `drawing.drawn` does one village, `service` a plan. On the way: `faces` (cut),
`blocks` (join what belongs together), `gaps` (cut what is too big), `divide` or `keep` (who gets which block, with
`parts`, `trees`, `search`), `outline` (exact polygons), `measure` (what it is worth). See docs/auto-draft.md.
"""
