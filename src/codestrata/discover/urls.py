"""Git URLs in their one canonical form, so that one repository has one id however it is spelt.

Source: RFC 3986 §6.2 (normalisation), git-clone(1) "GIT URLS" (the scp-like form).
"""

from __future__ import annotations

import re
from urllib.parse import quote, unquote, urlsplit

from codestrata.discover.rejected import Unfit

#: Hosts whose owners and names ignore case: their canonical form is lower case.
CASELESS = frozenset({"github.com", "gitlab.com", "bitbucket.org"})
_DEFAULT_PORT = {"https": 443, "http": 80, "ssh": 22, "git": 9418}
_SCHEME = re.compile(r"(?:git\+)?([a-z][a-z0-9+.-]*)://", re.IGNORECASE)
_SCP = re.compile(r"([A-Za-z0-9._-]+)@([A-Za-z0-9.-]+):(?!\d+/)([^\s:]+)")
_BARE_HOST = re.compile(r"(?:[A-Za-z0-9-]+\.)+[A-Za-z]{2,}(?::\d+)?/[^\s/]+/\S+")
_NAME = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,38})/[A-Za-z0-9._-]{1,100}")
_ODD = re.compile(r"[\x00-\x20\x7f\\]")
#: More than one slash-separated part of a URL path has to be at least owner and name on these hosts.
_OWNER_AND_NAME = 2
#: Characters that stand for themselves in a path (RFC 3986 pchar, less what a shell or git could misread).
_SAFE = "/-._~!$&()*+,;=:@"

EXPECTED = "a Git URL such as https://github.com/owner/repo"
NO_USER = "take the user or token out of the URL; give the token in the environment (see strata config)"


def is_name(text: str) -> bool:
    """Say whether the text has the form ``owner/repo``."""
    return bool(_NAME.fullmatch(text)) and text.partition("/")[2] not in {".", "..", ".git"}


def looks_like_url(text: str) -> bool:
    """Say whether the text means a place on the network: has a scheme, is scp-like, or starts with a host."""
    return bool(_SCHEME.match(text) or _SCP.fullmatch(text) or _BARE_HOST.fullmatch(text))


def canonical_url(text: str) -> tuple[str, str]:
    """Give a Git URL's canonical form and its name (``owner/repo``, case kept). Raises Unfit.

    Host in lower case, ``.git``, trailing slash, default port and fragment gone; ssh and git addresses become https.
    Anything that could carry a secret (user, password, query) is refused without being repeated.
    """
    scheme, host, port, path = _split(_spelt_out(text))
    name = _clean_path(path)
    host = host.removeprefix("www.") if host.removeprefix("www.") in CASELESS else host
    if host in CASELESS and (name.count("/") + 1 < _OWNER_AND_NAME or (host != "gitlab.com" and name.count("/") != 1)):
        raise Unfit(EXPECTED, hint=f"on {host} a repository is owner/name")
    if scheme != "http" or port is None:
        scheme = "https"
    located = name.lower() if host in CASELESS else name
    address = host if port is None else f"{host}:{port}"
    return f"{scheme}://{address}/{quote(located, safe=_SAFE)}", name


def _spelt_out(text: str) -> str:
    """Write scp-like and scheme-less addresses with a scheme."""
    if _SCHEME.match(text):
        return text.removeprefix("git+")
    scp = _SCP.fullmatch(text)
    if scp:
        user, host, path = scp.groups()
        if user != "git":
            raise Unfit(EXPECTED, hint=NO_USER, secret=True)
        return f"ssh://{host}/{path.lstrip('/')}"
    return f"https://{text}"


def _split(url: str) -> tuple[str, str, int | None, str]:
    """Split a URL into scheme, host, port (None: the scheme's own) and path; refuse what must not be there."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as error:
        raise Unfit(EXPECTED, hint="the host or the port is malformed", secret="@" in url) from error
    scheme = parts.scheme.lower()
    if parts.password is not None or (parts.username is not None and (scheme, parts.username) != ("ssh", "git")):
        raise Unfit(EXPECTED, hint=NO_USER, secret=True)
    if parts.query:
        raise Unfit(EXPECTED, hint="a repository's URL has no '?' part", secret=True)
    if scheme not in _DEFAULT_PORT:
        raise Unfit(EXPECTED, hint=f"{scheme}:// is not supported")
    return scheme, _host(parts.hostname or ""), None if port == _DEFAULT_PORT[scheme] else port, parts.path


def _host(host: str) -> str:
    try:
        ascii_host = host.encode("idna").decode() if not host.isascii() else host
    except UnicodeError:
        ascii_host = ""
    if ":" in ascii_host:
        return f"[{ascii_host}]"
    if not re.fullmatch(r"[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?", ascii_host.lower()):
        raise Unfit(EXPECTED, hint="the host is missing or malformed")
    return ascii_host.lower()


def _clean_path(path: str) -> str:
    name = unquote(path).strip("/").removesuffix(".git").rstrip("/")
    if not name or any(part in {"", ".", ".."} for part in name.split("/")):
        raise Unfit(EXPECTED, hint="the path must name a repository")
    if _ODD.search(name):
        raise Unfit(EXPECTED, hint="spaces, backslashes and control characters do not belong in it")
    return name
