"""C17: secrets and personal data are found, replaced or left out, and no output holds them."""

from __future__ import annotations

import base64
import json
import random
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest
from tests.acceptance.conftest import MIT, code
from tests.cli.calling import Strata

#: Put together here, so that no scanner takes this file for a leak.
TOKEN = "gh" + "p_" + "A1b2C3d4E5f6G7h8J9k0L1m2N3p4Q5r6S7t8"
MAIL = "jane.roe" + "@" + "acme-widgets.io"
DASHES = "-" * 5
KEY = base64.encodebytes(random.Random(5).randbytes(300)).decode()
PEM = f"{DASHES}BEGIN PRIVATE KEY{DASHES}\n{KEY}{DASHES}END PRIVATE KEY{DASHES}"
REDACT = {f"export.privacy.{name}": "redact" for name in ("secrets", "private_keys", "emails", "addresses", "names")}


def planted() -> dict[str, str | bytes]:
    """Write a repository with secrets in two of its files."""
    mail, token = f"# mail {MAIL} for help\n", f'TOKEN = "{TOKEN}"\n'
    return {
        "LICENSE": MIT,
        "src/clean.py": code(1),
        "src/mail.py": mail + code(2),
        "src/leak.py": code(3) + token + mail,
        "src/key.py": code(5) + f'KEY = """\n{PEM}\n"""\n' + token,
        "src/wide.py": b"\xff\xfe" + ("# gr\u00fcn \u20ac\n" + mail + code(4)).encode("utf-16-le"),
    }


@pytest.fixture
def listed(make_repo: Callable[..., Any], tmp_path: Path) -> Path:
    """Give a list that names the repository."""
    make_repo("o/planted", planted())
    (tmp_path / "list.csv").write_text("path,name\no/planted.git,o/planted\n", "utf-8")
    return tmp_path / "list.csv"


def texts(out: Path, column: str = "text") -> dict[str, str]:
    """Read a dataset's rows: path → text."""
    rows = [row for file in sorted((out / "data").glob("*.parquet")) for row in pq.read_table(file).to_pylist()]
    return {row["path"]: row[column] for row in rows}


@pytest.mark.claim("C17")
def test_placeholders_stand_where_secrets_stood(listed: Path, strata: Strata, tmp_path: Path) -> None:
    """No byte of a secret is in any file of the dataset; the rest of the text is as it was, line by line."""
    assert strata("run", listed, "--out", "d", settings=REDACT).code == 0
    assert strata("export", "--out", "j", settings={**REDACT, "export.write.format": "jsonl"}).code == 0
    held = b"".join(path.read_bytes() for path in sorted((tmp_path / "j").rglob("*")) if path.is_file())
    found = texts(tmp_path / "d")
    assert TOKEN.encode() not in held
    assert MAIL.encode() not in held
    assert b"<TOKEN>" in held
    assert not any(MAIL in text or TOKEN in text for text in found.values())
    for path, text in planted().items():
        if path not in found:
            assert path == "LICENSE"
            continue
        whole = text.decode("utf-16") if isinstance(text, bytes) else text
        whole = whole.replace(MAIL, "<EMAIL>").replace(TOKEN, "<TOKEN>")
        assert found[path] == whole.replace(PEM, "<PRIVATE_KEY>" + "\n" * PEM.count("\n"))
    card = (tmp_path / "d" / "README.md").read_text("utf-8")
    assert "| email | 3 | `<EMAIL>` |" in card
    assert "| token | 2 | `<TOKEN>` |" in card
    assert "replaced 6" in strata("report", "--run", "1").out
    lineage = strata("lineage", "o/planted:src/leak.py", "--json", "--dataset", "d")
    assert lineage.code == 0
    assert json.loads(lineage.out)["output row"]["replaced"] == "2 places: 1 email, 1 token"
    assert strata("lineage", "o/planted:src/wide.py", "--dataset", "d").code == 0
    told = strata("dataset", "why", "o/planted:src/key.py", "--dataset", "d", "--json", settings=REDACT).json["private"]
    acts = [(one["kind"], one["detector"], one["act"]) for one in told["found"]]
    assert acts == [("private_key", "private-key", "redact"), ("token", "github-token", "redact")]
    assert told["replaced"] == 2


@pytest.mark.claim("C17")
def test_files_with_secrets_are_left_out(listed: Path, strata: Strata, tmp_path: Path) -> None:
    """Under action drop a file with a secret is in removed/ with detector and line; others stay as they are."""
    assert strata("run", listed, "--out", "d", settings={"export.privacy.secrets": "drop"}).code == 0
    removed = pq.read_table(tmp_path / "d" / "removed").to_pylist()
    _, leak = [row for row in removed if row["reason"] == "private"]
    line = planted()["src/leak.py"].split("\n").index(f'TOKEN = "{TOKEN}"') + 1  # type: ignore[arg-type, union-attr]
    assert (leak["path"], leak["rule"], leak["value"]) == ("src/leak.py", f"github-token, line {line}", 1.0)
    assert texts(tmp_path / "d")["src/mail.py"] == planted()["src/mail.py"]


@pytest.mark.claim("C17")
def test_a_file_may_have_so_many_secrets(listed: Path, strata: Strata, tmp_path: Path) -> None:
    """Above the most secrets a file goes, whatever becomes of each; rows of other recipes are edited, too."""
    most = {**REDACT, "export.privacy.most": 1, "export.recipe": "fim"}
    assert strata("run", listed, "--out", "d", settings=most).code == 0
    removed = pq.read_table(tmp_path / "d" / "removed").to_pylist()
    (full,) = [row for row in removed if row["reason"] == "private"]
    assert (full["path"], full["value"], full["threshold"]) == ("src/key.py", 2.0, 1.0)
    found = texts(tmp_path / "d")
    assert "<TOKEN>" in found["src/leak.py"]
    assert not any(MAIL in text or TOKEN in text for text in found.values())


@pytest.mark.claim("C17")
def test_nobody_looks_unless_asked(listed: Path, strata: Strata, tmp_path: Path) -> None:
    """With everything kept nothing is looked through; who asks later has it done then, and once."""
    assert strata("run", listed, "--out", "d").code == 0
    assert TOKEN in texts(tmp_path / "d")["src/leak.py"]
    first = strata("run", listed, "--out", "d", "--json", settings={"export.privacy.emails": "redact"}).json
    again = strata("run", listed, "--out", "d", "--json", settings={"export.privacy.secrets": "redact"}).json
    done = [run["stages"]["analyze.privacy"]["done"] for run in (first, again)]
    assert done == [1, 0]
    found = texts(tmp_path / "d")
    assert TOKEN not in found["src/leak.py"]
    assert MAIL in found["src/leak.py"]
