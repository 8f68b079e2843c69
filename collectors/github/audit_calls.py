"""The organisation's audit log as all who read it ask for it.

Source: https://docs.github.com/en/rest/orgs/orgs#get-the-audit-log-for-an-organization (GitHub
Enterprise Cloud).
"""

from collectors.contract import ApiCall

SECRETIVE = (
    *("actor_ip", "actor_location", "user_agent", "request_id"),
    *("external_identity_nameid", "external_identity_username"),
    *("hashed_token", "token_id", "token_scopes", "deploy_key_fingerprint", "openssh_public_key"),
    *("config", "config_was", "data", "explanation", "message", "reasons"),
)
"""Where people sit, what they sign in with, and free text."""
AUDIT_LOG = ApiCall(
    "github",
    "GET /orgs/{org}/audit-log",
    "organization_administration:read",
    redact=tuple(f"body.{name}" for name in SECRETIVE),
)
