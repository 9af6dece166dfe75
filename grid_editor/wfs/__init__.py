"""Drafts over WFS: each plan a feature type `app:plan_<id>`, and Transactions as commands of the plan's log.

`drafts` is what `layers.surfaces.wfs` calls, `plan_type` the feature type, `edits` makes commands of actions.
"""
