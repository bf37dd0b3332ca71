"""data-prep-kit's steps: Parquet of a zip, code quality, tokens; each transform in this process.

Run by ``steps.py``: ``python prep_steps.py FOLDER``. Deduplication is in ``prep_chain.py``.
"""

import os
import sys
from pathlib import Path

os.environ["HF_HUB_OFFLINE"] = "1"

import pyarrow.parquet as pq
from clock import Clock
from data_processing.runtime.pure_python import PythonTransformLauncher
from data_processing.utils import ParamsUtils
from dpk_code2parquet.runtime import CodeToParquetPythonConfiguration

folder = Path(sys.argv[1])
scratch = folder / "prep-steps"


def at(name):
    """Name and make a scratch folder."""
    (scratch / name).mkdir(parents=True, exist_ok=True)
    return str(scratch / name)


def launch(configuration, source, name, **parameters):
    """Launch one transform in this process; gives the rows that it leaves."""
    folders = {"input_folder": source, "output_folder": at(name)}
    sys.argv = ParamsUtils.dict_to_req(d={"data_local_config": ParamsUtils.convert_to_ast(folders), **parameters})
    if code := PythonTransformLauncher(configuration).launch():
        msg = f"it ended with {code}"
        raise RuntimeError(msg)
    return sum(pq.read_metadata(file).num_rows for file in Path(at(name)).glob("*.parquet"))


def quality():
    """Annotate with its figures of code."""
    from dpk_code_quality.runtime import CodeQualityRuntime

    columns = {"cq_contents_column_name": "contents", "cq_language_column_name": "programming_language"}
    return launch(CodeQualityRuntime(), at("parquet"), "quality", **columns, cq_tokenizer=str(folder / "tokenizer"))


def tokens():
    """Write token ids."""
    from dpk_tokenization.runtime import TokenizationPythonConfiguration

    return launch(TokenizationPythonConfiguration(), at("parquet"), "tokens", tkn_tokenizer=str(folder / "tokenizer"))


def private():
    """Import what redacts."""
    import dpk_pii_redactor.pii_analyzer  # noqa: F401


clock = Clock()
clock.step(
    "parquet",
    lambda: launch(
        CodeToParquetPythonConfiguration(),
        str(folder / "zip"),
        "parquet",
        data_files_to_use="['.zip']",
        code2parquet_supported_langs_file=str(folder / "languages.json"),
        code2parquet_detect_programming_lang=True,
    ),
)
clock.step("quality", quality)
clock.step("tokens", tokens)
clock.step("private", private)
clock.tell()
