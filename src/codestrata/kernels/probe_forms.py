"""What must stand at a probe's word, as regular expressions: the native kernel does the same by hand."""

from __future__ import annotations

import re

#: Behind a name: the rest of it, a sign of assignment, and a value of six bytes at least (the group that is there). A
#: value in quotes holds no blank and ends with a quote; one without holds a digit. ``name: type = value`` counts, too.
ASSIGNED = re.compile(
    rb"""[A-Za-z0-9_.\-]{0,40}+["'`\])\[]{0,3}+[ \t]{0,20}+
    (?:
        (?:=>|:=|==|[=:(>,])?+[ \t]{0,20}+
        (?:[A-Za-z][A-Za-z0-9_.\[\]|?&*]{0,30}+[ \t]{0,4}+=[ \t]{0,20}+)?+
        [A-Za-z@$]{0,2}+
        (?:"(?:"")?+([^\x00-\x20"]{6,512}+)" | '(?:'')?+([^\x00-\x20']{6,512}+)' | `([^\x00-\x20`]{6,512}+)`)
    |
        (?>=>|:=|==|[=:>])[ \t]{0,20}+
        (?=[^\x00-\x20"'`,;(){}<>\[\]0-9]{0,511}+[0-9]) ([^\x00-\x20"'`,;(){}<>\[\]]{6,512}+)
    )""",
    re.VERBOSE,
)
#: Behind ``://``: a name or none, a colon, a password, an at sign.
USERINFO = re.compile(rb"""[^\x00-\x20/@:"'`<>]{0,64}+:([^\x00-\x20/@"'`<>]{3,128}+)@[A-Za-z0-9\[$]""")
#: Four numbers of one to three digits with points between, and no letter, digit or point around them.
DOTTED = re.compile(rb"(?<![A-Za-z0-9_.])[0-9]{1,3}(?:\.[0-9]{1,3}){3}(?![A-Za-z0-9_]|\.[0-9])")
#: Hexadecimal groups with colons between, two colons at least, and no letter, digit or colon around them.
GROUPS = re.compile(rb"(?<![A-Za-z0-9_:.])[23][0-9A-Fa-f]{3}(?::[0-9A-Fa-f]{0,4}){2,7}+(?![A-Za-z0-9_:])")
