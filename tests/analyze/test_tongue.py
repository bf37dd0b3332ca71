"""In which language a document is: others are told by their small words or letters, never by a lack of words."""

import pytest

from codestrata.analyze.asking.tongue import tongue


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("# Store\n\nThis is a store that needs no service, and it is made for you.", "English"),
        ("# Speicher\n\nDies ist ein kleiner Speicher ohne Dienst, der für alle ist und nicht wartet.", "German"),
        ("Ce projet est une petite base pour les équipes qui ne veulent pas de service, avec des exemples.", "French"),
        ("这是一个不需要服务的小型存储库,因为没有人愿意运行服务。", "Chinese"),
        ("これはサービスを必要としない小さな保存庫です。理由は簡単です。", "Japanese"),
        ("Это небольшое хранилище без службы, потому что никто не хочет её запускать.", "Russian"),
        ("alpha beta gamma delta epsilon zeta eta theta iota kappa lambda mu nu xi omicron", "English"),
        ("```\nund der die nicht das ist mit von eine wird auf werden\n```", ""),
        ("v1", ""),
    ],
)  # fmt: skip
def test_a_document_tells_its_language(text: str, said: str) -> None:
    """Lists of names and code tell nothing against English."""
    assert tongue(text) == said
