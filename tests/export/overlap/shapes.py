"""Files of the shape that the authors of evaluation sets publish: the same fields, invented problems in them.

Sources: the sets' own pages and data loaders (MBPP, EvalPlus, APPS, DS-1000, GSM8K, MultiPL-E, BigCodeBench,
CRUXEval, ClassEval, LiveCodeBench, SWE-bench). Nothing of any set is in here.
"""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from tests.export.overlap.planted import Planted

Row = dict[str, Any]


def _mbpp(p: Planted, k: int) -> Row:
    tests = [f"assert {p.name}({k}) == {k}"]
    return {
        "text": p.docstring,
        "code": p.program.replace("\n", "\r\n"),
        "task_id": 11 + k,
        "test_setup_code": "",
        "test_list": tests,
        "challenge_test_list": [],
    }


def _evalplus(p: Planted, k: int) -> Row:
    row = {"task_id": f"Mbpp/{11 + k}", "prompt": p.prompt, "entry_point": p.name, "canonical_solution": p.solution}
    return row | {"base_input": [[k]], "plus_input": [[k, [k]], [None, {}]], "atol": 0, "contract": "", "assertion": ""}


def _apps(p: Planted, k: int) -> Row:
    row = {"id": k, "question": p.docstring, "solutions": json.dumps([p.program, p.program + "\n"])}
    return row | {"input_output": json.dumps({"inputs": ["1\n"], "outputs": ["2\n"]}), "difficulty": "interview"}


def _ds1000(p: Planted, k: int) -> Row:
    meta = {"problem_id": k, "library_problem_id": k, "library": "Pandas", "perturbation_type": "Origin"}
    return {"prompt": p.docstring, "reference_code": p.program, "metadata": meta, "code_context": "def test(): ..."}


def _gsm8k(p: Planted, k: int) -> Row:
    return {"question": f"{p.docstring} How many are there in the end?", "answer": f"Natalia has {k}.\n#### {k}"}


def _multipl(p: Planted, k: int) -> Row:
    row = {"name": f"HumanEval_{k}_{p.name}", "language": "rs", "prompt": p.prompt, "doctests": "transform"}
    return row | {"original": "HumanEval_0.py", "prompt_terminology": "reworded", "tests": "}", "stop_tokens": ["\n}"]}


def _bigcode(p: Planted, k: int) -> Row:
    row = {"task_id": f"BigCodeBench/{k}", "complete_prompt": p.prompt, "instruct_prompt": p.docstring}
    more = {"code_prompt": "import os\n", "test": "import unittest\n", "entry_point": "task_func"}
    return row | more | {"canonical_solution": p.solution, "doc_struct": "{}", "libs": "['os']"}


def _crux(p: Planted, k: int) -> Row:
    return {"code": p.program, "input": str(k), "output": "[]", "id": f"sample_{k}"}


def _class(p: Planted, k: int) -> Row:
    row = {"task_id": f"ClassEval_{k}", "skeleton": p.prompt, "test": "", "solution_code": p.program}
    return row | {"import_statement": ["import re"], "class_description": p.docstring, "methods_info": [{"name": "a"}]}


def _livecode(p: Planted, k: int) -> Row:
    row = {"question_title": p.name, "question_content": p.docstring, "platform": "atcoder", "question_id": f"abc{k}_a"}
    tests = json.dumps([{"input": "1", "output": "2", "testtype": "stdin"}])
    return row | {"starter_code": "", "difficulty": "easy", "public_test_cases": tests, "metadata": "{}"}


def _swe(p: Planted, k: int) -> Row:
    patch = "".join(f"+{line}\n" for line in p.program.splitlines())
    row = {"repo": "a/b", "instance_id": f"a__b-{k}", "base_commit": "0" * 40, "test_patch": "", "version": "1.0"}
    head = f"diff --git a/m.py b/m.py\n--- a/m.py\n+++ b/m.py\n@@ -1,0 +1,9 @@\n{patch}"
    return row | {"patch": head, "problem_statement": p.docstring, "FAIL_TO_PASS": "[]", "PASS_TO_PASS": "[]"}


#: Name of the file that a set's command reads → its rows.
SHAPES: Mapping[tuple[str, str], Callable[[Planted, int], Row]] = {
    ("mbpp", "mbpp.jsonl"): _mbpp,
    ("mbppplus", "MbppPlus.jsonl.gz"): _evalplus,
    ("apps", "test.jsonl"): _apps,
    ("ds1000", "ds1000.jsonl.gz"): _ds1000,
    ("gsm8k", "test.jsonl"): _gsm8k,
    ("multipl-e-rs", "humaneval-rs.parquet"): _multipl,
    ("bigcodebench", "bigcodebench.parquet"): _bigcode,
    ("cruxeval", "cruxeval.jsonl"): _crux,
    ("classeval", "ClassEval_data.json"): _class,
    ("livecodebench", "test.jsonl"): _livecode,
    ("swebench", "swe-bench.parquet"): _swe,
}


def write(file: Path, rows: Sequence[Row]) -> None:
    """Write rows as the name of a file says."""
    if file.suffix == ".parquet":
        import pyarrow as pa
        import pyarrow.parquet as pq

        pq.write_table(pa.Table.from_pylist(list(rows)), file)
    elif file.suffix == ".json":
        file.write_text(json.dumps(list(rows)))
    else:
        lines = "".join(json.dumps(row) + "\n" for row in rows).encode()
        file.write_bytes(gzip.compress(lines, mtime=0) if file.suffix == ".gz" else lines)
