"""Data jobs of Glue: what they write is encrypted."""

from collections.abc import Iterator, Mapping
from typing import Any

from collectors.aws.account import Region, Response, told
from collectors.contract import ApiCall, collector
from collectors.evidence.aws.glue import JobEncryption
from collectors.evidence.record import Unread
from collectors.reader import unread

JOBS = ApiCall(
    "glue",
    "GetJobs",
    "glue:GetJobs",
    redact=("Jobs.Description", "Jobs.CodeGenConfigurationNodes", "Jobs.SourceControlDetails"),
    recognise=("Jobs.DefaultArguments.*", "Jobs.NonOverridableArguments.*"),
)
CONFIGURATIONS = ApiCall("glue", "GetSecurityConfigurations", "glue:GetSecurityConfigurations")
DISABLED = "DISABLED"

Mode = str | Unread | None


@collector(id="aws.glue.job-encryption", calls=(JOBS, CONFIGURATIONS))
def job_encryption(region: Region) -> Iterator[JobEncryption]:
    """Every data job of the region, with the encryption that its configuration names."""
    listed = region.listed(CONFIGURATIONS, "SecurityConfigurations")
    by_name = listed if isinstance(listed, Unread) else {one.get("Name"): one for one in listed}
    for job in region.each(JOBS, "Jobs"):
        named = job.get("SecurityConfiguration") or None
        outputs, logs = (None, None) if named is None else _modes(by_name, named)
        yield JobEncryption(
            id=job_arn(region, job["Name"]),
            name=job["Name"],
            configuration=named,
            outputs=outputs,
            logs=logs,
        )


def job_arn(region: Region, name: str) -> str:
    """The ARN of a job; the listing gives names only."""
    return f"arn:{region.partition}:glue:{region.region}:{region.id}:job/{name}"


def _modes(by_name: Mapping[Any, Response] | Unread, named: str) -> tuple[Mode, Mode]:
    """How outputs and logs are encrypted; Glue leaves out what a configuration never named."""
    if isinstance(by_name, Unread):
        return by_name, by_name
    if named not in by_name:
        gone = unread(CONFIGURATIONS, "the job's configuration is not in the answer")
        return gone, gone
    encryption = told(CONFIGURATIONS, by_name[named], "EncryptionConfiguration", dict)
    if isinstance(encryption, Unread):
        return encryption, encryption
    storage = {each.get("S3EncryptionMode") for each in encryption.get("S3Encryption") or ()}
    logs = (encryption.get("CloudWatchEncryption") or {}).get("CloudWatchEncryptionMode")
    plain = not storage or DISABLED in storage or None in storage
    return (
        None if plain else ", ".join(sorted(storage)),
        None if logs in (None, DISABLED) else logs,
    )
