"""Clouds and what runs in them."""

from __future__ import annotations

import re

from codestrata.privacy.detector import Detector, Probe
from codestrata.privacy.providers.given import HEX, A, U, class_of, genuine, given

_STORE = class_of(rb"[A-Za-z0-9+/]")

CLOUDS: tuple[Detector, ...] = (
    given("aws-access-key", "key", "AKIA ASIA ABIA ACCA", rb"[A-Z0-9]{16}", "docs.aws.amazon.com, IAM identifiers"),
    given(
        "aws-mws-key", "key", "amzn.mws.", HEX + rb"{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", "developer-docs.amazon.com"
    ),
    given("aws-bedrock-key", "key", "ABSK", rb"[A-Za-z0-9+/]{109,269}={0,2}", "docs.aws.amazon.com, Bedrock API keys"),
    given("google-api-key", "key", "AIza", U + rb"{35}", "cloud.google.com/docs/authentication/api-keys"),
    given("google-client-secret", "key", "GOCSPX-", U + rb"{28}", "developers.google.com/identity"),
    given("google-access-token", "token", "ya29.", U + rb"{30,}[A-Za-z0-9_.-]*", "developers.google.com/identity"),
    given("google-refresh-token", "token", "1//0", U + rb"{40,}", "developers.google.com/identity"),
    Detector(
        "azure-account-key",
        "key",
        tuple(Probe(w, right=_STORE, right_least=40) for w in (b"AccountKey=", b"SharedAccessKey=")),
        re.compile(rb"(?:AccountKey|SharedAccessKey)=([A-Za-z0-9+/]{43,86}={1,2})"),
        check=genuine(0.95),
        source="learn.microsoft.com/azure/storage/common/storage-configure-connection-string",
    ),
    Detector(
        "azure-client-secret",
        "key",
        (
            Probe(
                b"Q~",
                left=class_of(rb"[A-Za-z0-9_~.-]"),
                left_least=4,
                right=class_of(rb"[A-Za-z0-9_~.-]"),
                right_least=31,
            ),
        ),
        re.compile(rb"[A-Za-z0-9_~.-]{3}\dQ~[A-Za-z0-9_~.-]{31,34}(?![A-Za-z0-9_~-])"),
        check=genuine(0.9),
        source="learn.microsoft.com/entra/identity-platform",
    ),
    Detector(
        "azure-shared-signature",
        "token",
        tuple(Probe(w, right=class_of(rb"[A-Za-z0-9%]"), right_least=32) for w in (b"&sig=", b"?sig=")),
        re.compile(rb"[?&]sig=([A-Za-z0-9%]{43,64}%3[dD])"),
        check=genuine(0.9),
        source="learn.microsoft.com/rest/api/storageservices/create-service-sas",
    ),
    given("digitalocean-token", "token", "dop_v1_ doo_v1_ dor_v1_", HEX + rb"{64}", "docs.digitalocean.com"),
    given("alibaba-access-key", "key", "LTAI", A + rb"{12,20}", "alibabacloud.com/help/en/ram"),
    given("heroku-key", "key", "HRKU-AA", U + rb"{58}", "devcenter.heroku.com"),
    given("databricks-token", "token", "dapi", HEX + rb"{32}(?:-\d)?", "docs.databricks.com"),
    given("fly-token", "token", "FlyV1", rb"[ ]fm\d_[A-Za-z0-9+/=,_-]{100,}", "fly.io/docs"),
    given(
        "terraform-token",
        "token",
        ".atlasv1.",
        U + rb"{60,}",
        "developer.hashicorp.com/terraform",
        back=A,
        back_least=14,
    ),
    given("vault-token", "token", "hvs. hvb.", U + rb"{24,}", "developer.hashicorp.com/vault/docs/concepts/tokens"),
    given("pulumi-token", "token", "pul-", HEX + rb"{40}", "pulumi.com/docs"),
    given("netlify-token", "token", "nfp_", A + rb"{36}", "docs.netlify.com"),
    given("supabase-token", "token", "sbp_", HEX + rb"{40}", "supabase.com/docs"),
    given(
        "planetscale-secret",
        "password",
        "pscale_tkn_ pscale_pw_ pscale_oauth_",
        U + rb"{32,64}",
        "planetscale.com/docs",
    ),
    given("tailscale-key", "key", "tskey-", rb"[a-z]{3,12}-[A-Za-z0-9]{6,}-[A-Za-z0-9]{16,}", "tailscale.com/kb"),
    given("doppler-token", "token", "dp.pt. dp.st. dp.ct. dp.sa.", rb"[A-Za-z0-9_.-]{40,}", "docs.doppler.com"),
    given("dynatrace-token", "token", "dt0c01. dt0s16.", rb"[A-Z0-9]{24}\.[A-Z0-9]{64}", "docs.dynatrace.com"),
    given("grafana-token", "token", "glsa_", A + rb"{32}_[0-9a-f]{8}", "grafana.com/docs"),
    given("grafana-cloud-token", "token", "glc_", rb"[A-Za-z0-9+/]{32,}={0,2}", "grafana.com/docs"),
    given("newrelic-key", "key", "NRAK- NRAL- NRII- NRIQ- NRRA-", rb"[A-Z0-9a-z_-]{27,32}", "docs.newrelic.com"),
    given("prefect-key", "key", "pnu_ pnb_", A + rb"{36}", "docs.prefect.io"),
    given("sentry-token", "token", "sntryu_ sntrya_", HEX + rb"{64}", "docs.sentry.io"),
    given("sentry-org-token", "token", "sntrys_", rb"[e]yJ[A-Za-z0-9+/=]{40,}_[A-Za-z0-9+/]{40,}", "docs.sentry.io"),
    given("age-key", "private_key", "AGE-SECRET-KEY-1", rb"[0-9A-Z]{58}", "github.com/FiloSottile/age"),
)
