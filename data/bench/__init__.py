"""Measurements of the speeds that matter, on the database as it stands; nothing that is measured stays in it.

Each module has `measure() -> list[Figure]`. A figure is printed beside the target of the design, never asserted.
"""
