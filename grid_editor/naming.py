"""What a new grid is called until somebody names it: by its number, in the manner of the grid that it came from."""

import re

from django.utils.translation import gettext as _

from gis_core import codes
from gis_core.numerals import chinese

NUMBERED = re.compile(r"(?P<place>.*)第[零一二三四五六七八九十百\d]+网格")


def name_for(code: str, like: str = "") -> str:
    """`like` is the name of the grid it came from: 大兴社区第二网格 gives its place to 大兴社区第六网格."""
    number = int(code[codes.length_of("village") :])
    named = NUMBERED.fullmatch(like)
    if named and number <= 999:
        return f"{named['place']}第{chinese(number)}网格"
    return _("Grid %(number)d") % {"number": number}
