"""The demo's AWS: two accounts in two regions, mostly well kept, seeded through the real API."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

HOME = "eu-west-1"
SECOND = "eu-central-1"
REGIONS = (HOME, SECOND)
OTHER_ACCOUNT = "210987654321"
READER = f"arn:aws:iam::{OTHER_ACCOUNT}:role/GapwatchReadOnly"
OPERATIONS = "arn:aws:iam::123456789012:role/Operations"
"""What people of the first account sign in to, each under a name of his own."""

Client = Callable[..., Any]
"""The boto3 client of a service, in a region."""

CLOSED = {
    "BlockPublicAcls": True,
    "IgnorePublicAcls": True,
    "BlockPublicPolicy": True,
    "RestrictPublicBuckets": True,
}
GUARDDUTY_PLANS = (
    "S3_DATA_EVENTS",
    "EKS_AUDIT_LOGS",
    "EBS_MALWARE_PROTECTION",
    "RDS_LOGIN_EVENTS",
    "LAMBDA_NETWORK_LOGS",
    "RUNTIME_MONITORING",
)
PEOPLE = ("ada", "ben", "dan")
NO_DEVICE_AFTER_DRIFT = "ben"
OPENED_BUCKET = "acme-invoices"
OPENED_GROUP = "web"
SHORT_LIVED = "reports-scratch"


@contextmanager
def _taught(action: str) -> Iterator[None]:
    """Name the step that failed: a demo that cannot be seeded says where."""
    try:
        yield
    except Exception as error:
        raise RuntimeError(f"the demo's AWS could not be seeded: {action}") from error


def seed(client: Client) -> None:
    """Everything of the first account."""
    for action in (_identities, _block_account, _buckets, _tables, _trail):
        with _taught(action.__name__):
            action(client)
    for region in REGIONS:
        for regional in (_network, _network_rule, _volumes, _databases, _keys, _logs, _detection):
            with _taught(f"{regional.__name__} in {region}"):
                regional(client, region)


def seed_other(client: Client) -> None:
    """The second account: one workload, and less care."""
    client("iam").create_role(
        RoleName="GapwatchReadOnly",
        AssumeRolePolicyDocument=_policy("Allow", "sts:AssumeRole", Principal={"AWS": "*"}),
    )
    for action in (_password_policy, _block_account, _other_bucket):
        with _taught(action.__name__):
            action(client)
    for region in REGIONS:
        for regional in (_network, _network_rule, _volumes):
            regional(client, region)
    _detection(client, HOME)


def drift(client: Client) -> None:
    """What goes wrong between the two cycles: three things break, and one table is gone."""
    s3 = client("s3")
    account = client("sts").get_caller_identity()["Account"]
    client("s3control").delete_public_access_block(AccountId=account)
    s3.delete_public_access_block(Bucket=OPENED_BUCKET)
    s3.put_bucket_policy(
        Bucket=OPENED_BUCKET,
        Policy=_policy(
            "Allow", "s3:GetObject", Principal="*", Resource=f"arn:aws:s3:::{OPENED_BUCKET}/*"
        ),
    )
    iam = client("iam")
    for device in iam.list_mfa_devices(UserName=NO_DEVICE_AFTER_DRIFT)["MFADevices"]:
        iam.deactivate_mfa_device(
            UserName=NO_DEVICE_AFTER_DRIFT, SerialNumber=device["SerialNumber"]
        )
    ec2 = client("ec2", HOME)
    (group,) = ec2.describe_security_groups(
        Filters=[{"Name": "group-name", "Values": [OPENED_GROUP]}]
    )["SecurityGroups"]
    ec2.authorize_security_group_ingress(
        GroupId=group["GroupId"], IpPermissions=[_open(22, "0.0.0.0/0")]
    )
    client("dynamodb", HOME).delete_table(TableName=SHORT_LIVED)


def _identities(client: Client) -> None:
    iam = client("iam")
    _password_policy(client)
    iam.create_role(
        RoleName=OPERATIONS.rpartition("/")[2],
        AssumeRolePolicyDocument=_policy("Allow", "sts:AssumeRole", Principal={"AWS": "*"}),
    )
    iam.create_group(GroupName="engineers")
    for name in PEOPLE:
        iam.create_user(UserName=name, Tags=[{"Key": "email", "Value": f"{name}@acme.test"}])
        iam.add_user_to_group(UserName=name, GroupName="engineers")
        iam.create_login_profile(UserName=name, Password="Correct-horse-battery-9-staple")  # noqa: S106 - moto's user, on this machine
        device = iam.create_virtual_mfa_device(VirtualMFADeviceName=name)["VirtualMFADevice"]
        iam.enable_mfa_device(
            UserName=name,
            SerialNumber=device["SerialNumber"],
            AuthenticationCode1="123456",
            AuthenticationCode2="654321",
        )
    iam.create_user(UserName="release-bot")
    iam.create_access_key(UserName="release-bot")
    policy = iam.create_policy(
        PolicyName="Deploy",
        PolicyDocument=_policy("Allow", "ecs:UpdateService", Resource="*"),
    )["Policy"]
    iam.attach_user_policy(UserName="release-bot", PolicyArn=policy["Arn"])


def _password_policy(client: Client) -> None:
    client("iam").update_account_password_policy(
        MinimumPasswordLength=16,
        PasswordReusePrevention=24,
        RequireSymbols=True,
        RequireNumbers=True,
        RequireUppercaseCharacters=True,
        RequireLowercaseCharacters=True,
    )


def _block_account(client: Client) -> None:
    account = client("sts").get_caller_identity()["Account"]
    client("s3control").put_public_access_block(
        AccountId=account, PublicAccessBlockConfiguration=CLOSED
    )


def _buckets(client: Client) -> None:
    for name in ("acme-invoices", "acme-exports", "acme-trail", "acme-website-assets"):
        _bucket(client, name)
    s3 = client("s3")
    s3.put_bucket_versioning(Bucket="acme-exports", VersioningConfiguration={"Status": "Suspended"})
    s3.put_bucket_policy(
        Bucket="acme-trail",
        Policy=json.dumps(
            {
                "Version": "2012-10-17",
                "Statement": [
                    _tls_only("acme-trail"),
                    {
                        "Effect": "Allow",
                        "Principal": {"Service": "cloudtrail.amazonaws.com"},
                        "Action": ["s3:GetBucketAcl", "s3:PutObject"],
                        "Resource": ["arn:aws:s3:::acme-trail", "arn:aws:s3:::acme-trail/*"],
                    },
                ],
            }
        ),
    )


def _other_bucket(client: Client) -> None:
    _bucket(client, "acme-data-lake")
    client("s3").delete_bucket_policy(Bucket="acme-data-lake")


def _bucket(client: Client, name: str) -> None:
    s3 = client("s3")
    s3.create_bucket(Bucket=name, CreateBucketConfiguration={"LocationConstraint": HOME})
    s3.put_public_access_block(Bucket=name, PublicAccessBlockConfiguration=CLOSED)
    s3.put_bucket_versioning(Bucket=name, VersioningConfiguration={"Status": "Enabled"})
    s3.put_bucket_encryption(
        Bucket=name,
        ServerSideEncryptionConfiguration={
            "Rules": [{"ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": "AES256"}}]
        },
    )
    s3.put_bucket_policy(
        Bucket=name,
        Policy=json.dumps({"Version": "2012-10-17", "Statement": [_tls_only(name)]}),
    )


def _tables(client: Client) -> None:
    dynamodb = client("dynamodb", HOME)
    for name in ("orders", "sessions", SHORT_LIVED):
        dynamodb.create_table(
            TableName=name,
            KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
            AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
            BillingMode="PAY_PER_REQUEST",
        )
        if name != SHORT_LIVED:
            dynamodb.update_continuous_backups(
                TableName=name,
                PointInTimeRecoverySpecification={"PointInTimeRecoveryEnabled": True},
            )


def _trail(client: Client) -> None:
    cloudtrail = client("cloudtrail", HOME)
    cloudtrail.create_trail(
        Name="company",
        S3BucketName="acme-trail",
        IsMultiRegionTrail=True,
        IncludeGlobalServiceEvents=True,
        EnableLogFileValidation=True,
    )
    cloudtrail.start_logging(Name="company")


def _network(client: Client, region: str) -> None:
    ec2 = client("ec2", region)
    vpc = ec2.describe_vpcs()["Vpcs"][0]["VpcId"]
    _empty_default_group(ec2, vpc)
    group = ec2.create_security_group(
        GroupName=OPENED_GROUP, Description="HTTPS from everywhere", VpcId=vpc
    )["GroupId"]
    ec2.authorize_security_group_ingress(GroupId=group, IpPermissions=[_open(443, "0.0.0.0/0")])
    inner = ec2.create_security_group(
        GroupName="database", Description="The application only", VpcId=vpc
    )["GroupId"]
    ec2.authorize_security_group_ingress(GroupId=inner, IpPermissions=[_open(5432, "10.0.0.0/16")])


def _network_rule(client: Client, region: str) -> None:
    """Whoever changes a network is told on to the people on duty."""
    events = client("events", region)
    changed = ("SecurityGroup", "NetworkAcl", "Gateway", "Route", "Vpc")
    pattern = {
        "source": ["aws.ec2"],
        "detail-type": ["AWS API Call via CloudTrail"],
        "detail": {"eventName": [{"wildcard": f"*{name}*"} for name in changed]},
    }
    events.put_rule(Name="network-changes", EventPattern=json.dumps(pattern))
    duty = f"arn:aws:lambda:{region}:{OTHER_ACCOUNT}:function:tell-people-on-duty"
    events.put_targets(Rule="network-changes", Targets=[{"Id": "duty", "Arn": duty}])


def _empty_default_group(ec2: Any, vpc: str) -> None:
    (group,) = ec2.describe_security_groups(
        Filters=[{"Name": "group-name", "Values": ["default"]}, {"Name": "vpc-id", "Values": [vpc]}]
    )["SecurityGroups"]
    if group["IpPermissionsEgress"]:
        ec2.revoke_security_group_egress(
            GroupId=group["GroupId"], IpPermissions=group["IpPermissionsEgress"]
        )


def _volumes(client: Client, region: str) -> None:
    ec2, key = client("ec2", region), _rotated_key(client, region)
    ec2.enable_ebs_encryption_by_default()
    volume = ec2.create_volume(
        AvailabilityZone=f"{region}a", Size=20, Encrypted=True, KmsKeyId=key
    )["VolumeId"]
    ec2.create_snapshot(VolumeId=volume, Description="daily")


def _rotated_key(client: Client, region: str) -> str:
    kms = client("kms", region)
    key: str = kms.create_key(Description="volumes")["KeyMetadata"]["Arn"]
    kms.enable_key_rotation(KeyId=key)
    return key


def _databases(client: Client, region: str) -> None:
    rds = client("rds", region)
    rds.create_db_instance(
        DBInstanceIdentifier="ledger",
        DBInstanceClass="db.t4g.medium",
        Engine="postgres",
        AllocatedStorage=20,
        MasterUsername="ledger",
        MasterUserPassword="not-a-secret-of-anyone",
        StorageEncrypted=True,
        PubliclyAccessible=False,
        BackupRetentionPeriod=14 if region == HOME else 1,
    )


def _keys(client: Client, region: str) -> None:
    kms = client("kms", region)
    key = kms.create_key(Description="application data")["KeyMetadata"]["KeyId"]
    if region == HOME:
        kms.enable_key_rotation(KeyId=key)


def _logs(client: Client, region: str) -> None:
    logs = client("logs", region)
    logs.create_log_group(logGroupName="/acme/api")
    logs.put_retention_policy(
        logGroupName="/acme/api", retentionInDays=400 if region == HOME else 14
    )


def _detection(client: Client, region: str) -> None:
    if region == HOME:
        plans = [{"Name": plan, "Status": "ENABLED"} for plan in GUARDDUTY_PLANS]
        client("guardduty", region).create_detector(Enable=True, Features=plans)
    config = client("config", region)
    config.put_configuration_recorder(
        ConfigurationRecorder={
            "name": "default",
            "roleARN": "arn:aws:iam::123456789012:role/config",
            "recordingGroup": {"allSupported": True, "includeGlobalResourceTypes": True},
        }
    )
    config.put_delivery_channel(DeliveryChannel={"name": "default", "s3BucketName": "acme-trail"})
    config.start_configuration_recorder(ConfigurationRecorderName="default")


def _open(port: int, cidr: str) -> dict[str, Any]:
    return {
        "IpProtocol": "tcp",
        "FromPort": port,
        "ToPort": port,
        "IpRanges": [{"CidrIp": cidr}],
    }


def _policy(effect: str, action: str, **parts: Any) -> str:
    statement = {"Effect": effect, "Action": action, **parts}
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


def _tls_only(bucket: str) -> dict[str, Any]:
    return {
        "Effect": "Deny",
        "Principal": "*",
        "Action": "s3:*",
        "Resource": [f"arn:aws:s3:::{bucket}", f"arn:aws:s3:::{bucket}/*"],
        "Condition": {"Bool": {"aws:SecureTransport": "false"}},
    }
