"""The situation of a place or an area: what is there, who is responsible, where help is, ready to be drawn.

`service` puts together what the other modules know; apps above add their part through `parts`.
"""
