"""Folders of which a licence says other things than it does elsewhere: other people's, descriptions, documentation."""

from __future__ import annotations

import re

#: Folders of other people's code.
VENDORED = re.compile(
    rb"_?vendor(?:s|ed)?|third[-_]?part(?:y|ies)|3rd[-_]?part(?:y|ies)|node_modules|bower_components|jspm_packages|"
    rb"godeps|externals?|extern|deps",
    re.IGNORECASE,
)
#: Folders that only describe the one they are in.
DESCRIBES = re.compile(rb"(?:^|/)(?:[^/]+\.(?:dist-info|egg-info)(?:/licenses)?|META-INF)$")
#: Folders whose files write about licences, or are examples of files that state one.
ABOUT = re.compile(
    rb"(?:^|/)(?:docs?|documentation|man|manual|samples?|examples?|demos?|tutorials?|fixtures?|testdata)(?:/|$)",
    re.IGNORECASE,
)
