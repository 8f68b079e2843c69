"""Do settings that many can read hold what only few should know?"""

from checks.contract import Outcome, Severity, Verdict, check, failed, passed, undetermined
from checks.policies import covers
from collectors.evidence.aws.settings import PlainSettings, Setting
from collectors.evidence.record import Unread

SECRETIVE = (
    *("*password*", "*passwd*", "*passphrase*", "*secret*", "*token*", "*credential*"),
    *("*api_key*", "*apikey*", "*access_key*", "*private_key*"),
)
"""How people call what they keep secret."""
INNOCENT_NAMES = (
    *("*_arn", "*_name", "*_id", "*_url", "*_uri", "*_path", "*_file", "*_type"),
    *("*_ttl", "*_expiry", "*_lifetime", "*_header", "*_issuer", "*_endpoint"),
)
"""How they call what leads to it, or limits it."""
INNOCENT_VALUES = frozenset({"nothing", "on", "off", "number", "reference"})


@check(
    id="aws.compute.settings-without-secrets",
    title="No settings hold credentials in the clear",
    controls=("CRY-03",),
    severity=Severity.HIGH,
    remediation="Move the value into the secret store, refer to it there, and change it.",
    empty=Outcome.NOT_APPLICABLE,
)
def compute_settings_without_secrets(
    holder: PlainSettings,
    *,
    secretive: tuple[str, ...] = SECRETIVE,
    innocent: tuple[str, ...] = INNOCENT_NAMES,
) -> Verdict:
    """Whoever may list functions, containers or machines reads their settings as well.

    A setting fails if its value has the form of a credential, or if its name is that of a
    secret and the value could be one: neither nothing, nor a switch, a number, or a reference
    to a store. Patterns of names may hold `*` and `?`; one that is innocent wins. Of a
    parameter that is not encrypted the name alone counts. The values were cut out before
    anything was kept, and stand in no report.
    """
    if isinstance(holder.settings, Unread):
        return undetermined(holder.settings)
    shown = tuple(
        f"{setting.name}: {kind}"
        for setting in holder.settings
        if (kind := _credential(setting, secretive, innocent))
    )
    if shown:
        return failed(f"{len(shown)} settings of the {holder.form} look like secrets", shown=shown)
    return passed(f"no setting of the {holder.form} looks like a secret")


def _credential(
    setting: Setting, secretive: tuple[str, ...], innocent: tuple[str, ...]
) -> str | None:
    """What gives a setting away: the form of its value, or its name."""
    forms = [kind for kind in setting.resembles if kind not in INNOCENT_VALUES]
    if forms:
        return forms[0]
    if INNOCENT_VALUES & {*setting.resembles}:
        return None
    name = setting.name.rpartition("/")[2].replace("-", "_")
    if any(covers(pattern, name) for pattern in innocent):
        return None
    return "by its name" if any(covers(pattern, name) for pattern in secretive) else None
