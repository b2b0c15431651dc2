"""JSON that people bring."""

from __future__ import annotations

import pytest

from shopflow.core.strict_json import read_json


@pytest.mark.parametrize("text", ['{"a": [1, 2.5, null, "ü", "\\\\u0000"]}', "[]", '"x"', "7"])
def test_what_can_be_kept_is_read(text):
    read_json(text)


@pytest.mark.parametrize(
    "text",
    [
        "", "{", '{"a": NaN}', "[Infinity]", "[-Infinity]", '["\\u0000"]', '{"\\u0000": 1}', '["\\ud800"]',
        "[" * 100_000, "[" + "9" * 5000 + "]",
    ],
)  # fmt: skip
def test_what_no_database_keeps_is_refused(text):
    with pytest.raises(ValueError):
        read_json(text)
