"""What is too common to tell anything: the rule by which pieces of evaluation sets are left out of lists.

StarCoder2 lists four solutions of HumanEval by hand that any program may contain (bigcode-dataset, decontamination).
Here a rule does it. A word *tells* something unless it is plain: a keyword or built-in of the common languages, an
ordinary word of instructions, a number, or shorter than three letters. Words in a row that hold fewer than three
different telling words are left out, whole pieces, too, unless they have twenty words; so are headers of licences and
lines that import.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

#: Different telling words that a piece needs at least.
TELLING = 3
#: Words from which on a piece that is looked for whole is told by its length; and a program with its documentation.
LONG, LONG_PROGRAM = 20, 15
#: The shortest word that may tell something.
_SHORTEST = 3
_KEYWORDS = """
abstract and array as assert async await auto bool boolean break byte bytes case catch char class cls collections const
continue def default defer del delete dict do double elif else end enum enumerate except export extends false final
finally float fmt fn for foreach from func function get global goto if impl implements import in include int integer
interface is isinstance iter join key keys lambda len let list loop map match math max min mod module move mut new next
nil none not null num number object operator option optional or override package pass print println printf private
protected pub public raise range ref repeat return returns reversed self set short signed size sizeof some sorted split
static std str string strings struct super switch template test text then this throw throws true try tuple type typedef
typename typeof typing uint union unsigned use using val value values var vec vector virtual void volatile when where
while with yield zip append push pop insert add remove sum abs any all index item items length main math arr res result
out output input data foo bar baz tmp temp
select distinct order group having inner outer left right union create table insert into update drop view exists like
echo done esac elsif elseif unless until puts require module_function begin rescue ensure defmodule wire logic reg
assign always posedge negedge endmodule endcase parameter initial clk reset div span class href body head html script
zero one two three four five six seven eight nine ten eleven twelve hundred thousand once twice first second third
fourth fifth last monday tuesday wednesday thursday friday saturday sunday january february march april june july
august september october november december red green blue hello world abc abcd abcde abcdef xyz qwerty lorem ipsum
"""
_PROSE = """
the and that this with for are was not you your have has will can should would may all any each one two first second
following given write return returns returned function program code python java takes take which example examples
assert implement method find whether contains into from than more then also its their them there these those other
number numbers integer integers list lists string strings value values element elements
"""
_PLAIN = frozenset(f"{_KEYWORDS} {_PROSE}".split())
_WORD = re.compile(r"[A-Za-z0-9_\u0080-\U0010ffff]+")
_ESCAPES = re.compile(r"\\+[nrt]?")
_IMPORT = re.compile(
    r"\s*(?:import\b|from\s+\S+\s+import\b|#\s*include\b|#\s*import\b|using\s+[\w.:=\s]+;|use\s+[\w\\:]+.*;|package\b"
    r"|require(?:_once)?\b|(?:const|let|var)\s+.*=\s*require\s*\(|library\s*\(|open\s+[A-Z]\w*\s*$|\"[\w./-]+\"\s*$)"
)
_LICENCE = re.compile(
    r"copyright|licen[cs]e|spdx|warrant(?:y|ies)|redistribut|merchantab|liab(?:le|ility)|permission is|all rights",
    re.IGNORECASE,
)


def words(text: str) -> list[str]:
    """Give the words of a text, in lower case, as :mod:`codestrata.kernels.numpy_overlap` sees them."""
    return [word.lower() for word in _WORD.findall(_ESCAPES.sub(lambda found: " " * len(found[0]), text))]


def tells(word: str) -> bool:
    """Say whether a word, in lower case, tells something."""
    return len(word) >= _SHORTEST and not word[0].isdigit() and word not in _PLAIN


def weight(word: str) -> int:
    """Say for how many words one counts: where words have no spaces between them, four letters are one."""
    return 1 if word.isascii() else max(1, len(word) // 4)


def amount(some: Iterable[str]) -> int:
    """Count words by their weight."""
    return sum(map(weight, some))


def generic(some: Sequence[str]) -> bool:
    """Say whether words hold too little to tell where they are from."""
    return amount({word for word in some if tells(word)}) < TELLING


def generic_whole(some: Sequence[str], long: int = LONG) -> bool:
    """Say whether a piece that is looked for whole, given by its words, may be anybody's: never from ``long`` on."""
    return amount(some) < long and generic(some)


def without_frames(text: str) -> list[str]:
    """Give a text in stretches, less its lines that import and its paragraphs that speak of a licence."""
    stretches: list[list[str]] = [[]]
    for paragraph in _paragraphs(text):
        about_licence = len(paragraph) > 1 and len(_LICENCE.findall("\n".join(paragraph))) > 1
        for line in paragraph:
            if about_licence or _IMPORT.match(line):
                stretches.append([])
            else:
                stretches[-1].append(line)
    return ["\n".join(lines) for lines in stretches if any(line.strip() for line in lines)]


def _paragraphs(text: str) -> list[list[str]]:
    """Cut a text behind its blank lines."""
    found: list[list[str]] = [[]]
    for line in text.split("\n"):
        found[-1].append(line)
        if not line.strip():
            found.append([])
    return found
