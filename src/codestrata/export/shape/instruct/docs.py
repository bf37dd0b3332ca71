"""Documentation as plain text: without the marks of comments, strings and mark-up."""

from __future__ import annotations

import html
import re
from inspect import cleandoc

_STRING = re.compile(r"(?i)[rbuf]{0,2}(\"\"\"|'''|\"|')")
_LINE = re.compile(r"^[ \t]*(?://[/!]*|#+!?(?!\[)|--+|;+|%+)[ \t]?", re.MULTILINE)
_STAR = re.compile(r"^[ \t]*\*+(?:[ \t]|(?=\n)|$)", re.MULTILINE)
#: Lines of comments that speak to programs.
_DIRECTIVE = re.compile(
    r"(?im)^(?:go:\w+.*|\+build.*|nolint.*|noqa.*|eslint-.*|@?ts-(?:ignore|expect|check|nocheck).*|prettier-ignore.*|"
    r"clang-format.*|NOLINT.*|type: ignore.*|pylint:.*|istanbul ignore.*|c8 ignore.*|@?__PURE__.*|codecov:.*|"
    r"region\b.*)$"
)
#: Rules of dashes and the like that frame a comment.
_FRAME = re.compile(r"(?m)^[ \t]*[-=*#~_/+]{3,}[ \t]*$|[ \t]*[-=*#~/]{5,}[ \t]*$")
_INLINE = re.compile(r"\{@(?:code|literal)\s+((?:[^{}]|\{[^{}]*\})*)\}")
_LINKED = re.compile(r"\{@(?:link|linkplain|value|see)\s+([^\s{}(]+(?:\([^(){}]*\))?)(?:\s+([^{}]*))?\}")
#: References of reStructuredText: ``:meth:`~a.b```.
_ROLE = re.compile(r"(?<![\w:]):(?:[a-z]+:)?[a-z]+:`~?\.?([^`<>]+?)(?:\s*<[^`<>]+>)?`")
#: What tells of the past of a function, or of who wrote it: nothing of what it is to do.
_PAST = re.compile(
    r"(?m)^([ \t]*)\.\. (?:versionadded|versionchanged|deprecated|versionremoved)::.*"
    r"(?:\n(?:\1[ \t]+.*|[ \t]*(?=\n|$)))*\n?"
    r"|^[ \t]*@(?:author|since|version|see|hide|internal|private|public|static|memberof|category)\b.*"
    r"(?:\n[ \t]{2,}.*)*\n?|^[ \t]*:(?:meta [a-z]+|internal|private):[ \t]*$"
)
_PARAGRAPH = re.compile(r"(?i)[ \t]*</?(?:p|br|ul|ol|dl|div|blockquote)\b[^>]*/?>[ \t]*\n?")
_ITEM = re.compile(r"(?i)<(?:li|dt|dd)\b[^>]*>\s*")
_CODE = re.compile(r"(?is)<(code|tt)\b[^>]*>(.*?)</\1>")
_TAG = re.compile(r"(?i)</?(?:pre|em|i|b|strong|a|h[1-6]|li|dt|dd|table|tr|td|th|sup|sub|span|code|tt|summary)\b[^>]*>")
#: Where the description ends: tags and sections about parameters, results, errors, examples.
_TAGS = re.compile(
    r"(?m)^\s*(?:[@\\](?!code\b|link\b|brief\b|b\b|a\b|c\b|p\b|e\b|ref\b|note\b)\w+|:\w+[^:\n]*:|"
    r"(?:#+ *)?(?:Args|Arguments|Parameters?|Params|Returns?|Yields?|Raises|Throws|Errors|Panics|Safety|Examples?|"
    r"Usage|See [Aa]lso|Notes?|Attributes|References|Warnings?)\s*:?\s*$|"
    r"\.\. (?:versionadded|versionchanged|deprecated|admonition|code-block|seealso)|>>> |```)"
)
#: Links of rustdoc and Markdown to other names, and the lines that say where they lead.
_NAMED = re.compile(r"(?<!`)\[(`[^`\]]+`)\](?!`)(?:\([^()\s]*\)|\[[^\[\]]*\])?(?!:)")
_LEADS = re.compile(r"(?m)^\[[^\]\n]+\]:[ \t]*\S+[ \t]*(?:\n|$)")
_FENCED = re.compile(r"(?ms)^```.*?^```")
#: What rustdoc compiles and does not show.
_HIDDEN = re.compile(r"(?m)^# |^#$")
_BRIEF = re.compile(r"[@\\](?:brief|short)\s+")


def clean(raw: str) -> str:
    """Give documentation without what makes it a comment or a string, in lines as they were broken."""
    text = raw.strip()
    quoted = _STRING.match(text)
    if quoted:
        text = text[quoted.end() :].removesuffix(quoted[1])
    elif text.startswith("/*"):
        text = _block(text)
    else:
        text = _LINE.sub("", text)
    text = _FRAME.sub("", _DIRECTIVE.sub("", cleandoc(text.expandtabs(4))))
    text = _PAST.sub("", _ROLE.sub(r"`\1`", text))
    text = _FENCED.sub(lambda m: _HIDDEN.sub("", m[0]), _LEADS.sub("", _NAMED.sub(r"\1", text)))
    return re.sub(r"\n{3,}", "\n\n", "\n".join(line.rstrip() for line in text.splitlines())).strip("\n")


def _block(text: str) -> str:
    """Give what is in ``/* … */`` comments, of Javadoc and its like without their mark-up."""
    parts = re.findall(r"(?s)/\*+!?<?(.*?)\*+/", text) or [text]
    inner = _STAR.sub("", "\n".join(parts))
    if not text.startswith("/**"):
        return inner
    inner = _LINKED.sub(lambda m: m[2] or f"`{m[1].strip().lstrip('#')}`", _INLINE.sub(r"`\1`", inner))
    inner = _CODE.sub(r"`\2`", _ITEM.sub("- ", _PARAGRAPH.sub("\n\n", inner)))
    return _BRIEF.sub("", html.unescape(_TAG.sub("", inner)))


def unnamed(doc: str, name: str) -> str:
    """Give documentation without a first line that is the name of what it documents."""
    line = rf"\A\W*(?:[\w.:]+[.:])?{re.escape(name)}[ \t]*(?:\([^()\n]*\))?[ \t]*[:.-]*[ \t]*(?:\n+|\Z)"
    return re.sub(line, "", doc)


def description(doc: str) -> str:
    """Give what documentation says before its tags and sections of parameters, results and examples."""
    found = _TAGS.search(doc)
    return doc[: found.start()].strip() if found else doc.strip()
