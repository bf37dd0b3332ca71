"""The other published gate sets, each number as its source gives it."""

from __future__ import annotations

from codestrata.export.quality.profiles.check import (
    ALNUM,
    ALPHA,
    COMMENTS,
    DATA,
    EVERY_LONG,
    MEAN_LINE,
    VISIBLE,
    XML,
    Check,
    Profile,
    band,
)
from codestrata.export.quality.profiles.opencoder import GENERAL

_HTML = ("HTML",)
_CONFIG = ("JSON", "YAML")
_XML_START = Check("xml_start", "an XML document", XML, 0, unless=("XSLT",))
_HTML_CHECKS = (
    Check("visible_share", "HTML with too small a share of visible text", VISIBLE, 0.2, "below", only=_HTML),
    Check("visible_chars", "HTML with too little visible text", "visible_chars", 100, "below", only=_HTML),
)

STARCODER = Profile(
    "starcoder",
    "StarCoder (arXiv:2305.06161, §3; bigcode-dataset, preprocessing/filtering.py)",
    (
        Check("max_line", "a line too long", "max_line", 1000),
        Check("mean_line", "lines too long on average", MEAN_LINE, 100),
        Check("alnum", "too small a share of letters and digits", ALNUM, 0.25, "below"),
        *band("comments", "share of comment", COMMENTS, 0.01, 0.8, only=("Python", "Java", "JavaScript")),
        _XML_START,
        *_HTML_CHECKS,
        *band("config_chars", "characters of JSON and YAML", "chars", 100, 5000, only=_CONFIG),
    ),
)
DEEPSEEK = Profile(
    "deepseek",
    "DeepSeek-Coder (arXiv:2401.14196, §2.1)",
    (
        Check("max_line", "a line too long", "max_line", 1000),
        Check("mean_line", "lines too long on average", MEAN_LINE, 100),
        Check("alpha", "too small a share of letters", ALPHA, 0.25, "below"),
        _XML_START,
        *_HTML_CHECKS,
        *band("config_chars", "characters of JSON and YAML", "chars", 50, 5000, only=_CONFIG),
    ),
)
NEMO = Profile(
    "nemo",
    "NeMo Curator, code filters",
    (
        *band("comments", "share of comment", COMMENTS, 0.01, 0.85, unless=(*DATA, *EVERY_LONG)),
        *band("lines", "lines", "lines", 10, 20_000),
        Check("alpha", "too small a share of letters", ALPHA, 0.25, "below"),
        _XML_START,
        *_HTML_CHECKS,
    ),
)
DATA_JUICER = Profile(
    "data-juicer",
    "data-juicer, recipe for the Stack's code",
    (
        *band("alnum", "share of letters and digits", ALNUM, 0.2, 0.9163),
        *band("mean_line", "characters of a line on average", MEAN_LINE, 10, 150),
        Check("max_line", "a line too long", "max_line", 1000),
        Check("chars", "too many characters", "chars", 96_714),
        *band("words", "words", "words_", 20, 6640),
        Check("repetition", "too much of it in ten words that occur twice", "dupe10 / greatest(word_chars, 1)", 0.357),
    ),
)
OLMO = Profile(
    "olmo",
    "Olmo 3 (datamap-rs, configs/code); its learned classifier is not part of it",
    band("chars", "characters", "chars", 32, 262_144),
)
SEED_CODER = Profile(
    "seed-coder",
    "Seed-Coder (arXiv:2506.03524, §2); its learned scorer is not part of it",
    (Check("parses", "it does not parse", "error_share", 0),),
)
#: Not published by anybody: what we would train on.
STRICT = Profile(
    "strict",
    "codestrata: StarCoder2's rules, OpenCoder's that hold for every language, and nearly everything parses",
    (*GENERAL, Check("parses", "too much of it does not parse", "error_share", 0.05)),
    starcoder2=True,
)
STARCODER2 = Profile("starcoder2", "StarCoder2 (arXiv:2402.19173, §2.1)", starcoder2=True)
NONE = Profile("none", "no check at all")
