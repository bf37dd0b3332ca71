"""Gates over texts read what people wrote, not how JSON writes it: an escaped line break is no part of an address."""

from __future__ import annotations

import json

from codestrata.export.shape.stage import HOMES, shape_of
from codestrata.export.validate.rows import JSON
from codestrata.export.validate.texts import Lot, unwrapped
from codestrata.privacy.scan import scan
from codestrata.store.columns import Varlen

DECORATED = "import pytest\n\n@pytest.mark.network\ndef test(): ...\n"


def kinds(texts: list[str]) -> list[str]:
    """Give the kinds of what is found in texts."""
    laid = Varlen.of(texts)
    found = scan(laid.data, laid.offsets[:-1], laid.offsets[1:]).spans
    return [span.kind for _, spans in found for span in spans]


def test_a_decorator_in_a_chat_is_no_address() -> None:
    """A chat is read as what was said in it, an address in it is one; the decorator behind a line break is none."""
    chat = json.dumps([{"role": "user", "content": DECORATED}, {"role": "assistant", "content": "at ann@corp.com"}])
    lot = Lot(["o/r@1:a.py"], {"source": ["o/r@1:a.py"], "messages": [chat], "new_text": [DECORATED]})
    assert [kinds(list(texts)) for texts in lot.sayings()] == [["email"], []]
    assert DECORATED in unwrapped(chat)
    assert unwrapped("[no JSON") == "[no JSON"


def test_every_column_of_json_is_known() -> None:
    """A shape that adds one adds it to the list, too."""
    fields = [field for recipe in HOMES for field in shape_of(recipe).fields]  # type: ignore[union-attr]
    assert {field.name for field in fields if "JSON" in field.about} == JSON
