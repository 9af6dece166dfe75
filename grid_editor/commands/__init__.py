"""The palette: every command that a plan takes, by the `kind` that requests and the log call it."""

from grid_editor.commands.absorb import Absorb
from grid_editor.commands.command import Command, Restore
from grid_editor.commands.create import Create
from grid_editor.commands.merge import Merge
from grid_editor.commands.number import Number
from grid_editor.commands.redraw import Redraw
from grid_editor.commands.rename import Rename
from grid_editor.commands.renumber import Renumber
from grid_editor.commands.replace import Delete, Insert, Replace
from grid_editor.commands.reshape import Reshape
from grid_editor.commands.set_kind import SetKind
from grid_editor.commands.several import Several
from grid_editor.commands.split import Split
from grid_editor.commands.transfer import Transfer

PALETTE: dict[str, type[Command]] = {
    command.kind: command
    for command in (
        Split,  # along a drawn line
        Merge,  # neighbours into one
        Reshape,  # move vertices, or redraw a stretch of border
        Transfer,  # a drawn piece from one to another
        Create,  # a drawn polygon, carved out
        Absorb,  # remove, the ground to a neighbour
        Renumber,
        Number,  # a village for the first time, west to east
        Rename,
        SetKind,  # general or special
        Replace,  # a polygon as it is (WFS-T)
        Insert,  # likewise
        Delete,  # likewise
    )
}

__all__ = [
    "PALETTE",
    "Absorb",
    "Command",
    "Create",
    "Delete",
    "Insert",
    "Merge",
    "Number",
    "Redraw",
    "Rename",
    "Renumber",
    "Replace",
    "Reshape",
    "Restore",
    "SetKind",
    "Several",
    "Split",
    "Transfer",
]
