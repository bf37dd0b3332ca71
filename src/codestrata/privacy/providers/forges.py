"""Forges, package registries and tools of developers."""

from __future__ import annotations

from codestrata.privacy.detector import Detector
from codestrata.privacy.providers.given import HEX, A, U, given, proven
from codestrata.privacy.providers.proofs import crc_ends

FORGES: tuple[Detector, ...] = (
    given(
        "github-token",
        "token",
        "ghp_ gho_ ghu_ ghs_ ghr_",
        A + rb"{36}",
        "github.blog/engineering, Behind GitHub's new authentication token formats (2021-04-05)",
        check=proven(crc_ends),
    ),
    given(
        "github-fine-token",
        "token",
        "github_pat_",
        A + rb"{22}_[A-Za-z0-9]{59}",
        "docs.github.com",
        check=proven(crc_ends, 0.9),
    ),
    given(
        "gitlab-token",
        "token",
        "glpat- gldt- glrt- glrtr- glptt- glft- glimt- glagent- glsoat- glffct- glcbt-",
        rb"[0-9A-Za-z_-]{20,64}(?:\.[0-9a-z]{2}\.?[0-9a-z]{7,10})?",
        "docs.gitlab.com/security/tokens",
    ),
    given("gitlab-oauth-secret", "key", "gloas-", HEX + rb"{64}", "docs.gitlab.com/security/tokens"),
    given("gitlab-runner-token", "token", "GR1348941", U + rb"{20}", "docs.gitlab.com/security/tokens"),
    given("bitbucket-token", "token", "ATBB", A + rb"{32}", "support.atlassian.com"),
    given("atlassian-token", "token", "ATATT3 ATCTT3", rb"[A-Za-z0-9_=-]{100,}", "support.atlassian.com"),
    given("npm-token", "token", "npm_", A + rb"{36}", "github.blog (2021-09-23)", check=proven(crc_ends)),
    given("pypi-token", "token", "pypi-AgEIcHlwaS5vcmc pypi-AgENdGVzdC5weXBpLm9yZw", U + rb"{50,}", "the index's help"),
    given("rubygems-key", "key", "rubygems_", HEX + rb"{48}", "RubyGems guides, API keys"),
    given("crates-token", "token", "cio", A + rb"{32}", "the Cargo book, registry authentication"),
    given("nuget-key", "key", "oy2", rb"[a-z0-9]{43}", "learn.microsoft.com/nuget"),
    given("clojars-token", "token", "CLOJARS_", rb"[a-z0-9]{60}", "github.com/clojars/clojars-web"),
    given("docker-token", "token", "dckr_pat_ dckr_oat_", U + rb"{27,32}", "docs.docker.com"),
    given("postman-key", "key", "PMAK-", HEX + rb"{24}-[0-9a-f]{34}", "learning.postman.com"),
    given("linear-key", "key", "lin_api_ lin_oauth_", A + rb"{40,64}", "linear.app/developers"),
    given("notion-token", "token", "ntn_ secret_", A + rb"{43,50}", "developers.notion.com"),
    given("figma-token", "token", "figd_ figo_", U + rb"{40}", "figma.com/developers"),
    given("airtable-token", "token", ".", HEX + rb"{64}", "airtable.com/developers", back=A, back_least=17),
    given("readme-key", "key", "rdme_", rb"[a-z0-9]{70}", "docs.readme.com"),
    given("sonar-token", "token", "squ_ sqp_ sqa_", HEX + rb"{40}", "docs.sonarsource.com"),
    given("jfrog-key", "key", "AKCp", A + rb"{69}", "jfrog.com/help"),
    given("buildkite-token", "token", "bkua_", HEX + rb"{40}", "buildkite.com/docs"),
    given("circleci-token", "token", "CCIPAT_", A + rb"{22}_[0-9a-f]{40}", "circleci.com/docs"),
    given(
        "launchdarkly-key",
        "key",
        "api- sdk- mob-",
        HEX + rb"{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}",
        "launchdarkly.com/docs",
    ),
    given("1password-token", "token", "ops_", rb"[e]yJ[A-Za-z0-9+/]{200,}={0,2}", "developer.1password.com"),
    given("artifactory-token", "token", "cmVmdGtuO", A + rb"{55}", "jfrog.com/help"),
)
