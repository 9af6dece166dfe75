"""Numbers in Chinese."""

import pytest

from gis_core.numerals import chinese


@pytest.mark.parametrize(
    ("number", "said"),
    [
        (0, "零"), (1, "一"), (10, "十"), (12, "十二"), (20, "二十"), (99, "九十九"), (100, "一百"), (105, "一百零五"),
        (110, "一百一十"), (812, "八百一十二"), (999, "九百九十九"),
    ],
)  # fmt: skip
def test_a_number_is_written_as_people_say_it(number, said):
    assert chinese(number) == said


def test_a_number_that_no_name_has_is_refused():
    with pytest.raises(ValueError, match="1000"):
        chinese(1000)
