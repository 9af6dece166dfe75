"""Prove that whatever a file calls its encoding is read or refused, also names of Python that are no encodings."""

import pytest

from gis_core.importing import encoding
from gis_core.importing.options import ImportRefused


@pytest.mark.parametrize("name", ["undefined", "utf-8\0", "idna", "hex", "\ud800", "²"])
@pytest.mark.parametrize("by", ["given", "declared"])
def test_a_name_that_is_no_encoding_is_refused(name: str, by: str) -> None:
    rows = [encoding.Text(1, (b"\xff" + b"." * 80,))]
    with pytest.raises(ImportRefused):
        encoding.decided(rows, name if by == "given" else None, name if by == "declared" else None)
