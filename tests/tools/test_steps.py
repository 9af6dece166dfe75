"""When a step runs again, and when it does not."""

from pathlib import Path

import pytest

from tools import frontend, stamps


def test_a_digest_changes_with_content_name_and_place_in_the_tree(tmp_path: Path) -> None:
    (tmp_path / "src").mkdir()
    file = tmp_path / "src" / "a.ts"
    file.write_text("one")
    first = stamps.digest([tmp_path])
    assert stamps.digest([tmp_path]) == first
    file.write_text("two")
    second = stamps.digest([tmp_path])
    file.rename(tmp_path / "src" / "b.ts")
    assert len({first, second, stamps.digest([tmp_path])}) == 3


@pytest.mark.parametrize(
    ("version", "enough"),
    [
        ("v20.19.0", True),
        ("v20.18.3", False),
        ("v21.7.0", False),
        ("v22.12.0", False),
        ("v22.13.0", True),
        ("v24.1.0", True),
        ("v18.20.4", False),  # Debian 12's own
        ("", False),
    ],
)
def test_an_old_node_is_replaced(version: str, enough: bool) -> None:
    assert frontend.new_enough(version) is enough
