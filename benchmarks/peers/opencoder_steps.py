"""OpenCoder's published filters (opc_data_filtering) over JSON Lines, one process: signals, then thresholds.

Run by ``steps.py``: ``python opencoder_steps.py FOLDER CHECKOUT``, where the checkout is of its repository: it is no
package. Its FastText model, which tells languages, is a download of its own: programs are told by their suffix here,
with its own tables, and prose counts as English.
"""

import json
import os
import sys
from pathlib import Path

from clock import Clock

folder, checkout = Path(sys.argv[1]), Path(sys.argv[2])
sys.path.insert(0, str(checkout))
os.chdir(checkout)

from pipeline.compute_filtering import CodeFilter  # noqa: E402 -- lies in the checkout
from pipeline.compute_quality_signals import ComputeCodeQualitySignal  # noqa: E402
from utils.preprocessing import get_doc_type, get_program_lang  # noqa: E402


def quality():
    """Give the rows that stay."""
    signals, thresholds, kept = ComputeCodeQualitySignal(), CodeFilter(), []
    for line in (folder / "jsonl" / "sample.jsonl").open(encoding="utf-8"):
        row = json.loads(line)
        name, suffix = Path(row["path"]).stem, Path(row["path"]).suffix
        program = get_program_lang(name, suffix[1:])
        kind = get_doc_type(program)
        said = signals.evaluate(row["text"], name, "en", suffix[1:], len(row["text"].encode()), program, kind)
        told = thresholds.evaluate(kind, "en", program, json.loads(said)["quality_signal"])
        if json.loads(told)["effective"] == "1":
            kept.append(line)
    (folder / "opencoder-kept.jsonl").write_text("".join(kept), "utf-8")
    return len(kept)


clock = Clock()
clock.step("quality", quality)
clock.tell()
