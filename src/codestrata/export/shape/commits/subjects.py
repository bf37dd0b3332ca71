"""Subjects of commits: what is asked for, without the marks of trackers, and why one asks for nothing.

Source: the filters of CommitPackFT (arXiv:2308.07124, appendix D; bigcode-project/octopack, dataset/commitpackft), read
again for repositories that write in small letters behind ``module:``.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from codestrata.export.shape.commits.verbs import VERBS
from codestrata.settings.shape import CommitSettings

#: What stands before what is asked: ``[module]``, ``module:``, ``fix(module)!:``, an emoji, a list's dash.
_BEFORE = re.compile(
    r"^\s*(?!\W*(?i:revert|reapply|wip|draft|fixup|squash|merge)\b)(?:\[[^\]]{1,40}\]|:\w+:|[^\w\s(\"'`<]+|[\w.,/&*+~|-]{1,40}(?:\([^)]{1,60}\))?!?:(?=\s)|"
    r"\([^)]{1,30}\)(?=\s))\s*"
)
#: What stands behind it: ``(#12)``, ``[skip ci]``, ``, fixes #12``, a full stop.
_BEHIND = re.compile(
    r"(?i)\s*(?:[(\[](?:[^()\[\]]*#\d+[^()\[\]]*|GH-\d+|ci skip|skip ci|[A-Z]+-\d+)[)\]]|"
    r"[,;.-]?\s*\b(?:fix(?:e[sd])?|close[sd]?|resolve[sd]?|ref(?:s|erences)?|see|part of|for|re)\b:?"
    r" #\d+(?:,? (?:and )?#\d+)*|(?<!\.)\.)$"
)
_PROGRAM = re.compile(r"(?i)\[bot\]|\bbot\b|dependabot|renovate|greenkeeper|pre-commit-ci|web-flow|weblate|transifex")
_AUTOMATIC = re.compile(
    r"(?i)^(?:bump|release|prepare|set version|update version|version|v?\d+\.\d+|"
    r"update (?:the )?(?:changelog|changes|news|authors|contributors|copyright|licen[cs]e|dependenc|submodule|"
    r"lock ?file|translation|year|pre-commit|deps\b)|auto commit|automatic|sync\b|"
    r"(?:bump|upgrade|update) (?:\w+ ){0,4}(?:dependenc\w+|deps)\b|"
    r"(?:upgrade|update) .* (?:from|to) v?\d|update [\w@/.-]+ to \d|merge\b|translat|l10n|i18n|"
    r"start (?:working|development)|back to development|post-release)|"
    r"\bto (?:version )?v?\d+(?:\.\d+)+\S*$|\bversion (?:number|bump)|update contributing|signed-off-by|<\?xml"
)
_UNDONE = re.compile(r"(?i)^(?:this )?reverts?\b|^back ?out\b|^reapply\b|^undo\b")
_UNFINISHED = re.compile(
    r"(?i)\bwip\b|work in progress|\bfixup!|\bsquash!|\bcheckpoint\b|\btemp(?:orary)?\b commit|do not merge"
)
_NUMBERED = re.compile(r"(?<!\w)#\d+|\b(?i:issue|bug|feature|ticket|pr|gh|case)[\s#-]*\d+|\b[A-Z]{2,10}-\d+\b")
_ID = re.compile(r"\b(?=[a-f]*\d)[0-9a-f]{7,40}\b")
_LINK = re.compile(r"(?i)https?://|//codereview|\| leetcode|cdpcp")
_PERSON = re.compile(
    r"(?i)(?:^|\s)(?:i|i'm|i've|i'll|my|me)(?:\s|$)|thanks to|thank you|\boops\b|\bsorry\b|\bhopefully\b|forgot|"
    r"\b(?:silly|stupid|dumb)\b"
)
_REVIEW = re.compile(
    r"(?i)code review|review (?:comment|feedback|note|suggest|remark|nit)|"
    r"address(?:ed|ing)? (?:\w+ ){0,2}(?:comments?|feedback|review|nits?|remarks|suggestions)|"
    r"^(?:apply|accept|incorporate|take) (?:\w+ ){0,3}(?:suggestions?|feedback|comments?|review)|"
    r"cherry.picked from|^lint\b|^make (?:\S+ ){1,3}(?:pass|happy)$|"
    r"^(?:fix|silence|suppress|remove|address|avoid) (?:(?:an?|some|the|more|few|all|other) )*(?:\S+ ){0,2}warnings?$|"
    r"\b(?:some|a few|more|remaining|various|several) (?:\w+ ){0,3}(?:bugs|issues|problems|things|fixes|errors)$|"
    r"(?:make|fix) (?:\w+ ){0,2}(?:lint|flake8|pylint|mypy|clippy|rustfmt|gofmt|checkstyle|ci|tests?|build)"
    r"(?: (?:pass|happy|work|issues?|errors?|warnings?|failures?))?$"
)
#: What a subject is about when it says nothing of what is done.
_VAGUE = frozenset(
    """
a an the some few more minor small little various several misc miscellaneous trivial other stuff things thing bug bugs
issue issues typo typos spelling grammar formatting format style styles whitespace whitespaces spaces indentation
comment comments doc docs documentation readme changelog wording words text code test tests testcase testcases build
ci errors error warnings warning lint file files version versions example examples and in of for to up on with it this
that cleanup clean nits nit changes change fixes fix update updates improvement improvements tweaks tweak sample links
link
""".split()  # noqa: SIM905 -- a list of words is read more easily than a list of strings
)
_ADVERBS = frozenset({"also", "always", "only", "never", "now", "just", "further", "even", "again", "really"})
_WORD = re.compile(r"[^\W\d_]+(?:['-][^\W\d_]+)*")
_ENDS = re.compile(r"[:(,]$|\.\.\.$|…$")
_TRAILER = re.compile(
    r"(?im)^[ \t]*(?:(?:signed-off|co-authored|co-developed|reviewed|tested|acked|reported|suggested|approved|helped|"
    r"authored|committed|submitted|requested|inspired|mentored|based-on-patch|noticed|pair(?:ed)?)[ -](?:by|with)|cc|"
    r"change-id|reviewed-on|differential revision|pull request|pull-request|pr-url|piperorigin-revid|bug|test plan|"
    r"git-svn-id|refs?|x-[\w-]+|origin|cr|backport(?:ed)?(?:-of)?|thanks(?:-to)?)\s*:.*(?:\n[ \t]+\S.*)*\n?|"
    r"^\(cherry picked from commit [0-9a-f]+\)\s*$"
)
#: Words of a subject at most: more are a paragraph. Source: CommitPackFT has 1,000; what people write is shorter.
MOST_WORDS = 40


@dataclass(frozen=True, slots=True)
class Message:
    """What a commit says: ``asked``, its subject as a request; ``author`` as git names the author."""

    asked: str
    author: str

    @property
    def words(self) -> list[str]:
        """Give the words of the request, in small letters."""
        return [word.lower() for word in _WORD.findall(self.asked)]


def asked(subject: str) -> str:
    """Give a subject without what stands before and behind what it asks for, with a capital letter first."""
    text, before = " ".join(subject.split()), ""
    while text != before:
        before = text
        text = _BEHIND.sub("", _BEFORE.sub("", text, count=1))
    return text[:1].upper() + text[1:]


def body(message: str) -> str:
    """Give a message without trailers: they name people and trackers, and say nothing of the change."""
    return re.sub(r"\n{3,}", "\n\n", _TRAILER.sub("", message.replace("\r\n", "\n"))).strip()


def _vague(one: Message) -> bool:
    return all(word in _VAGUE for word in one.words[1:])


def _asks(one: Message) -> bool:
    """Say whether the first word, or the first behind an adverb, is a verb that asks."""
    first = next((word for word in one.words if not (word in _ADVERBS or word.endswith("ly"))), "")
    return first in VERBS or one.words[:1] == ["apply"]


Gate = Callable[[Message, CommitSettings], bool]

#: Gate → whether it turns a commit away; asked in this order.
GATES: Mapping[str, Gate] = {
    "program": lambda one, _: bool(_PROGRAM.search(one.author)),
    "automatic": lambda one, _: bool(_AUTOMATIC.search(one.asked)),
    "undone": lambda one, _: bool(_UNDONE.search(one.asked)),
    "unfinished": lambda one, _: bool(_UNFINISHED.search(one.asked)),
    "numbered": lambda one, _: bool(_NUMBERED.search(one.asked)),
    "id": lambda one, _: bool(_ID.search(one.asked)),
    "link": lambda one, _: bool(_LINK.search(one.asked)),
    "person": lambda one, _: bool(_PERSON.search(one.asked)),
    "review": lambda one, _: bool(_REVIEW.search(one.asked)),
    "words": lambda one, settings: not settings.message_words <= len(one.words) <= MOST_WORDS,
    "verb": lambda one, settings: settings.verbs and not _asks(one),
    "vague": lambda one, _: _vague(one),
    "cut": lambda one, _: bool(_ENDS.search(one.asked)),
}


def failed(one: Message, settings: CommitSettings) -> str:
    """Give the first gate that turns a commit away, or ""."""
    return next((name for name, turns_away in GATES.items() if turns_away(one, settings)), "")
