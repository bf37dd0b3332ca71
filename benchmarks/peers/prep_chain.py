"""data-prep-kit's chain over a zip of source files: Parquet with languages, exact and near duplicates, code quality.

Run by ``peers.py`` in an environment of its own: ``python prep_chain.py FOLDER_WITH_ZIP SCRATCH LANGUAGES_JSON``, with
``duplicates`` behind it by ``dedup_peers.py``, which wants no more. The
tokeniser that code_quality needs is made here of the corpus's first megabyte. Prints JSON: seconds of each step, rows.
"""

import json
import os
import sys
import time
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
from data_processing.runtime.pure_python import PythonTransformLauncher
from data_processing.utils import ParamsUtils
from dpk_code2parquet.runtime import CodeToParquetPythonConfiguration
from dpk_code_quality.runtime import CodeQualityRuntime
from dpk_ededup.runtime import EdedupPythonTransformRuntimeConfiguration
from dpk_fdedup.transform_python import Fdedup

os.environ["HF_HUB_OFFLINE"] = "1"
corpus, scratch, languages = sys.argv[1], Path(sys.argv[2]), sys.argv[3]
only_duplicates = "duplicates" in sys.argv[4:]
spent = {}


def at(name):
    """Name and make a scratch folder."""
    (scratch / name).mkdir(parents=True, exist_ok=True)
    return str(scratch / name)


def step(name, call):
    """Carry out one step."""
    began = time.process_time()
    code = call()
    if code:
        sys.exit(f"{name} ended with {code}")
    spent[name] = round(time.process_time() - began, 2)


def launch(configuration, source, target, **parameters):
    """Launch one transform in this process."""
    folders = {"input_folder": source, "output_folder": target}
    sys.argv = ParamsUtils.dict_to_req(d={"data_local_config": ParamsUtils.convert_to_ast(folders), **parameters})
    return PythonTransformLauncher(configuration).launch()


def number(folder):
    """Give rows whole numbers for ids, which fdedup needs and code2parquet does not give."""
    for path in Path(folder).glob("*.parquet"):
        table = pq.read_table(path)
        pq.write_table(table.append_column("int_id_column", pa.array(range(table.num_rows), pa.int64())), path)


def tokenizer(folder):
    """Make a small byte-level tokeniser, so that nothing has to be fetched."""
    from tokenizers import ByteLevelBPETokenizer
    from transformers import PreTrainedTokenizerFast

    texts = pq.read_table(next(Path(at("near/cleaned")).rglob("*.parquet")), columns=["contents"])["contents"]
    made = ByteLevelBPETokenizer()
    made.train_from_iterator((t.as_py()[:10_000] for t in texts.slice(0, 100)), vocab_size=2000, show_progress=False)
    made.save(f"{folder}/tokenizer.json")
    PreTrainedTokenizerFast(tokenizer_file=f"{folder}/tokenizer.json", eos_token="</s>").save_pretrained(folder)


step(
    "code2parquet",
    lambda: launch(
        CodeToParquetPythonConfiguration(),
        corpus,
        at("parquet"),
        data_files_to_use="['.zip']",
        code2parquet_supported_langs_file=languages,
        code2parquet_detect_programming_lang=True,
    ),
)
step(
    "ededup",
    lambda: launch(
        EdedupPythonTransformRuntimeConfiguration(),
        at("parquet"),
        at("exact"),
        ededup_doc_column="contents",
        ededup_doc_id_column="document_id",
    ),
)
step("number rows", lambda: number(at("exact")))
step(
    "fdedup",
    lambda: Fdedup(
        input_folder=at("exact"),
        output_folder=at("near"),
        contents_column="contents",
        document_id_column="int_id_column",
        num_permutations=128,
        num_bands=16,
        num_minhashes_per_band=8,
        word_shingle_size=5,
        jaccard_similarity_threshold=0.7,
        num_segments=1,
        operation_mode="filter_duplicates",
    ).transform(),
)
rows = sum(pq.read_metadata(p).num_rows for p in Path(at("near/cleaned")).rglob("*.parquet"))
if only_duplicates:
    print(json.dumps({"steps": spent, "deduplicated": rows}))
    sys.exit()
try:
    tokenizer(at("tokenizer"))
    step(
        "code_quality",
        lambda: launch(
            CodeQualityRuntime(),
            at("near/cleaned"),
            at("quality"),
            cq_contents_column_name="contents",
            cq_language_column_name="programming_language",
            cq_tokenizer=at("tokenizer"),
        ),
    )
except ImportError as error:
    spent["code_quality left out"] = str(error)
print(json.dumps({"steps": spent, "deduplicated": rows}))
