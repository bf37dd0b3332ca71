"""Messages, payments, shops, language models: services that are called with a key."""

from __future__ import annotations

import re

from codestrata.privacy.detector import Detector, Probe
from codestrata.privacy.providers.given import HEX, A, U, class_of, given, proven
from codestrata.privacy.providers.proofs import jwt, snowflake

_UUID = rb"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}"

MESSAGES: tuple[Detector, ...] = (
    given(
        "slack-token",
        "token",
        "xoxb- xoxp- xoxa- xoxr- xoxs- xoxo- xoxe- xoxe.xoxb- xoxe.xoxp-",
        rb"[0-9a-zA-Z-]{20,250}",
        "api.slack.com/authentication/token-types",
    ),
    given("slack-app-token", "token", "xapp-", rb"[0-9]-[A-Z0-9]{9,15}-[0-9]{10,16}-[a-z0-9]{60,70}", "api.slack.com"),
    given(
        "slack-webhook",
        "token",
        "hooks.slack.com/",
        rb"[a-z]+/T[A-Z0-9]{8,12}/[A-Z0-9]{8,12}/[A-Za-z0-9]{20,26}",
        "api.slack.com/messaging/webhooks",
        apart=False,
    ),
    Detector(
        "discord-token",
        "token",
        tuple(
            Probe(w, apart=True, right=class_of(rb"[A-Za-z0-9]"), right_least=21)
            for w in (b"MT", b"Mj", b"Mz", b"ND", b"NT", b"Nj", b"Nz", b"OD", b"OT")
        ),
        re.compile(rb"[MNO][A-Za-z0-9]{22,27}\.[A-Za-z0-9_-]{6}\.[A-Za-z0-9_-]{27,40}(?![A-Za-z0-9_-])"),
        check=lambda _, match: 0.95 if snowflake(match[0]) else 0.0,
        source="discord.com/developers/docs/reference",
    ),
    given(
        "discord-webhook",
        "token",
        "discord.com/api/webhooks/ discordapp.com/api/webhooks/",
        rb"[0-9]{17,20}/[A-Za-z0-9_-]{60,}",
        "discord.com/developers",
        apart=False,
    ),
    given(
        "telegram-token", "token", ":AA", U + rb"{32,33}", "core.telegram.org/bots/api", back=rb"[0-9]", back_least=8
    ),
    given("twilio-key", "key", "SK", HEX + rb"{32}", "twilio.com/docs/iam/api-keys"),
    given("sendgrid-key", "key", "SG.", U + rb"{22}\.[A-Za-z0-9_-]{43}", "docs.sendgrid.com"),
    given("mailgun-key", "key", "key-", HEX + rb"{32}", "documentation.mailgun.com"),
    given("mailchimp-key", "key", "-us", rb"[0-9]{1,2}", "mailchimp.com/developer", back=rb"[0-9a-f]", back_least=32),
    given("brevo-key", "key", "xkeysib- xsmtpsib-", HEX + rb"{64}-[A-Za-z0-9]{16}", "developers.brevo.com"),
    given(
        "teams-webhook",
        "token",
        ".webhook.office.com/webhookb2/",
        _UUID + rb"@[0-9a-f-]{36}/[A-Za-z]+/[0-9a-f]{32}/[0-9a-f-]{36}",
        "learn.microsoft.com/microsoftteams",
        apart=False,
    ),
    given("typeform-token", "token", "tfp_", rb"[A-Za-z0-9_.=-]{44,59}", "typeform.com/developers"),
)
PAYMENTS: tuple[Detector, ...] = (
    given("stripe-key", "key", "sk_live_ rk_live_ sk_test_ rk_test_", A + rb"{16,247}", "docs.stripe.com/keys"),
    given("stripe-webhook-secret", "key", "whsec_", rb"[A-Za-z0-9+/=]{32,}", "docs.stripe.com/webhooks"),
    given("square-token", "token", "sq0atp-", U + rb"{22}", "developer.squareup.com"),
    given("square-secret", "key", "sq0csp-", U + rb"{43}", "developer.squareup.com"),
    given("square-access-token", "token", "EAAA", rb"[lE][A-Za-z0-9_-]{59}", "developer.squareup.com"),
    given("shopify-token", "token", "shpat_ shpca_ shppa_ shpss_ shpua_", rb"[a-fA-F0-9]{32}", "shopify.dev"),
    given(
        "paypal-token",
        "token",
        "access_token$production$",
        rb"[a-z0-9]{16}\$[0-9a-f]{32}",
        "developer.paypal.com/braintree",
    ),
    given("easypost-key", "key", "EZAK EZTK", A + rb"{54}", "docs.easypost.com"),
    given("shippo-token", "token", "shippo_live_ shippo_test_", HEX + rb"{40}", "docs.goshippo.com"),
    given("flutterwave-key", "key", "FLWSECK-", rb"[a-zA-Z0-9]{32}-X", "developer.flutterwave.com"),
)
MODELS: tuple[Detector, ...] = (
    given("openai-key", "key", "sk-", rb"[A-Za-z0-9_-]{20,}?T3BlbkFJ[A-Za-z0-9_-]{20,}", "platform.openai.com"),
    given("openai-project-key", "key", "sk-proj- sk-svcacct- sk-admin-", U + rb"{40,}", "platform.openai.com"),
    given("anthropic-key", "key", "sk-ant-", rb"[a-z]{3,6}\d\d-[A-Za-z0-9_-]{80,120}", "docs.anthropic.com"),
    given("openrouter-key", "key", "sk-or-v1-", HEX + rb"{64}", "openrouter.ai/docs"),
    given("huggingface-token", "token", "hf_ api_org_", rb"[A-Za-z]{34}", "huggingface.co/docs/hub/security-tokens"),
    given("groq-key", "key", "gsk_", A + rb"{52}", "console.groq.com"),
    given("xai-key", "key", "xai-", A + rb"{80}", "docs.x.ai"),
    given("perplexity-key", "key", "pplx-", A + rb"{48}", "docs.perplexity.ai"),
    given("replicate-token", "token", "r8_", A + rb"{37}", "replicate.com/docs"),
    given("pinecone-key", "key", "pcsk_", U + rb"{60,80}", "docs.pinecone.io"),
    given("langsmith-key", "key", "lsv2_pt_ lsv2_sk_", HEX + rb"{32}_[0-9a-f]{10}", "docs.smith.langchain.com"),
    given("nvidia-key", "key", "nvapi-", U + rb"{64}", "docs.api.nvidia.com"),
)
SOCIAL: tuple[Detector, ...] = (
    given("facebook-token", "token", "EAACEdEose0cBA EAAG EAAB", A + rb"{90,250}", "developers.facebook.com"),
    given("dropbox-token", "token", "sl.", rb"[A-Za-z0-9_-]{130,152}", "dropbox.com/developers"),
    given("hubspot-token", "token", "pat-na1- pat-eu1- pat-na2-", _UUID, "developers.hubspot.com"),
    given("yandex-key", "key", "AQVN", U + rb"{35,38}", "yandex.cloud/docs"),
    given("mapbox-secret", "token", "sk.eyJ", rb"[A-Za-z0-9_-]{40,}\.[A-Za-z0-9_-]{20,}", "docs.mapbox.com"),
    given("contentful-token", "token", "CFPAT-", U + rb"{43}", "contentful.com/developers"),
    given("okta-token", "token", "SSWS ", rb"[0-9A-Za-z_-]{42}", "developer.okta.com"),
    given(
        "jwt",
        "token",
        "eyJ",
        rb"[A-Za-z0-9_-]{10,}\.eyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{16,}",
        "RFC 7519",
        check=proven(jwt, 0.0),
    ),
)
SERVICES = (*MESSAGES, *PAYMENTS, *MODELS, *SOCIAL)
