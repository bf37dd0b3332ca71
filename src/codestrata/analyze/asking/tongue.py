"""In which natural languages a repository's documents are: reasons are found by English words alone, and this says so.

A document counts as another language's where that one's small words outnumber English ones, or where its letters are
of another script. What tells neither, such as a list of names, counts as English: nobody is warned without a cause.
"""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING

from codestrata.git.objects import Objects
from codestrata.store.rows import rows_of

if TYPE_CHECKING:
    from codestrata.engine.base import View
    from codestrata.model import Snapshot

#: Documents that are looked at, and bytes of each, at most: those nearest to the root.
DOCUMENTS, BYTES = 40, 60_000
#: Words of a document from which it tells its language; different small words, and the share of them or of foreign
#: letters, that it takes.
LEAST, DIFFERENT, SMALL, FOREIGN = 12, 3, 0.04, 0.25
_ENGLISH = frozenset(["the", "and", "of", "to", "is", "that", "for", "with", "this", "it", "are", "be", "you", "not"])
_SMALL = {
    "German": "und der nicht das ist mit für von eine ein wird auf werden sich auch wir",
    "French": "les des est pour dans une que qui pas sur avec vous cette nous",
    "Spanish": "los las del para con una por que está como más el se",
    "Portuguese": "não uma para que em são você mais dos das",
    "Italian": "il che di una con della sono è non gli questo",
    "Dutch": "het een van niet voor met zijn wordt deze",
    "Polish": "nie się jest na do oraz dla przez że",
    "Turkish": "ve bir bu için ile olarak değil",
}
_WORDS = {name: frozenset(words.split()) for name, words in _SMALL.items()}
#: Letters of a script: Japanese before Chinese, whose letters it uses, too. Source: Unicode 16, blocks.
_SCRIPTS = {
    "Japanese": "\u3040-\u30ff",
    "Chinese": "\u3400-\u9fff",
    "Korean": "\u1100-\u11ff\uac00-\ud7af",
    "Russian": "\u0400-\u04ff",
    "Arabic": "\u0600-\u06ff",
    "Hebrew": "\u0590-\u05ff",
    "Greek": "\u0370-\u03ff",
    "Hindi": "\u0900-\u097f",
    "Thai": "\u0e00-\u0e7f",
}
_LETTERS = {name: re.compile(f"[{letters}]") for name, letters in _SCRIPTS.items()}
#: What is no prose: blocks and pieces of code, addresses, tags.
_CODE = re.compile(r"```.*?```|~~~.*?~~~|`[^`\n]*`|https?://\S+|<[^>\n]*>", re.DOTALL)
_WORD = re.compile(r"[^\W\d_]+")


def tongue(text: str) -> str:
    """Give the language that a document is in; "" where it tells none, "English" where nothing speaks against it."""
    prose = _CODE.sub(" ", text)
    words = [word.lower() for word in _WORD.findall(prose)]
    letters = sum(map(len, words))
    if letters < LEAST:
        return ""
    strange = {name: len(found.findall(prose)) for name, found in _LETTERS.items()}
    if sum(strange.values()) >= FOREIGN * letters:
        written = strange["Japanese"] * 10 >= strange["Chinese"] > 0 or strange["Japanese"] == sum(strange.values())
        return "Japanese" if written else max(strange, key=lambda name: (strange[name], name))
    if len(words) < LEAST:
        return ""
    counts = Counter(words)
    small = {name: sum(counts[word] for word in listed) for name, listed in _WORDS.items()}
    best = max(small, key=lambda name: (small[name], name))
    english = sum(counts[word] for word in _ENGLISH)
    enough = len(_WORDS[best] & counts.keys()) >= DIFFERENT and small[best] >= SMALL * len(words)
    return best if enough and small[best] > english else "English"


def tongues(view: View, snapshot: Snapshot) -> Counter[str]:
    """Count the documents of a snapshot by their language; other people's folders are left out."""
    files = view.files("annotations", subject=snapshot.repository_id)
    if not files:
        return Counter()
    found = view.tables.query(
        f"""select blob, path from {view.tables.scan(files)} where not vendored
            and regexp_matches(lower(decode(path)), '\\.(md|markdown|rst|adoc|asciidoc|txt)$')
            order by length(decode(path)) - length(replace(decode(path), '/', '')), path limit {DOCUMENTS}"""
    )
    store = Objects(view.workspace / snapshot.git_dir)
    texts = (store.one(row["blob"])[:BYTES].decode("utf-8", "ignore") for row in rows_of(found))
    return Counter(name for text in texts if (name := tongue(text)))
