"""What the demo's account lacks, so that as many declared operations as can be are asked."""

import io
import json
import zipfile

from agent.demo.aws_estate import HOME, REGIONS

ACCOUNT = "123456789012"
USERS, ROLES, BUCKETS, GROUPS, INSTANCES, DATABASES = 30, 40, 60, 40, 20, 10
"""Of the account on which the cost is measured, over both of its regions."""
OWNER_ALONE = {"Rules": [{"ObjectOwnership": "BucketOwnerEnforced"}]}
"""What S3 gives every bucket made since April 2023, and moto none."""
ENCRYPTED = {"Rules": [{"ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": "AES256"}}]}


def everything(client):
    """One of each."""
    for seed in (_machines, _databases, _functions, _messages, _containers):
        seed(client)


def _machines(client):
    ec2 = client("ec2", HOME)
    image = ec2.describe_images()["Images"]
    base = image[0]["ImageId"] if image else "ami-12c6146b"
    instance = ec2.run_instances(ImageId=base, MinCount=1, MaxCount=1)["Instances"][0]
    ec2.create_image(InstanceId=instance["InstanceId"], Name="golden")
    ec2.create_launch_template(
        LaunchTemplateName="web",
        LaunchTemplateData={"ImageId": base, "MetadataOptions": {"HttpTokens": "required"}},
    )
    prefixes = ec2.create_managed_prefix_list(
        PrefixListName="offices",
        MaxEntries=2,
        AddressFamily="IPv4",
        Entries=[{"Cidr": "198.51.100.0/24"}],
    )["PrefixList"]["PrefixListId"]
    group = ec2.create_security_group(GroupName="office", Description="from the offices")
    ec2.authorize_security_group_ingress(
        GroupId=group["GroupId"],
        IpPermissions=[
            {
                "IpProtocol": "tcp",
                "FromPort": 22,
                "ToPort": 22,
                "PrefixListIds": [{"PrefixListId": prefixes}],
            }
        ],
    )


def _databases(client):
    rds = client("rds", HOME)
    rds.create_db_snapshot(DBInstanceIdentifier="ledger", DBSnapshotIdentifier="ledger-1")
    rds.create_db_cluster(
        DBClusterIdentifier="orders",
        Engine="aurora-postgresql",
        MasterUsername="orders",
        MasterUserPassword="not-a-secret-of-anyone",
    )
    rds.create_db_cluster_snapshot(
        DBClusterIdentifier="orders", DBClusterSnapshotIdentifier="orders-1"
    )


def _functions(client):
    code = io.BytesIO()
    with zipfile.ZipFile(code, "w") as archive:
        archive.writestr("main.py", "def handler(event, context): ...")
    role = client("iam").create_role(
        RoleName="function",
        AssumeRolePolicyDocument=json.dumps(
            {
                "Version": "2012-10-17",
                "Statement": [
                    {
                        "Effect": "Allow",
                        "Principal": {"Service": "lambda.amazonaws.com"},
                        "Action": "sts:AssumeRole",
                    }
                ],
            }
        ),
    )["Role"]["Arn"]
    client("lambda", HOME).create_function(
        FunctionName="resize",
        Runtime="python3.12",
        Role=role,
        Handler="main.handler",
        Code={"ZipFile": code.getvalue()},
    )


def _messages(client):
    client("sns", HOME).create_topic(Name="alarms")
    client("sqs", HOME).create_queue(QueueName="jobs")
    client("kinesis", HOME).create_stream(StreamName="clicks", ShardCount=1)


def _containers(client):
    client("ecr", HOME).create_repository(repositoryName="api")
    client("eks", HOME).create_cluster(
        name="main",
        roleArn=f"arn:aws:iam::{ACCOUNT}:role/eks",
        resourcesVpcConfig={"subnetIds": []},
    )


def company(client):
    """The account on which the cost is measured: so many of each, in two regions."""
    _people(client("iam"))
    _buckets(client)
    for region in REGIONS:
        _region(client, region)


def _people(iam):
    present = len(iam.list_users()["Users"])
    for number in range(USERS - present):
        iam.create_user(UserName=f"user-{number:02}")
        iam.create_access_key(UserName=f"user-{number:02}")
    trust = json.dumps(
        {
            "Version": "2012-10-17",
            "Statement": [
                {
                    "Effect": "Allow",
                    "Principal": {"Service": "ec2.amazonaws.com"},
                    "Action": "sts:AssumeRole",
                }
            ],
        }
    )
    for number in range(ROLES - len(iam.list_roles()["Roles"])):
        iam.create_role(RoleName=f"role-{number:02}", AssumeRolePolicyDocument=trust)


def _buckets(client):
    s3 = client("s3")
    for number in range(BUCKETS - len(s3.list_buckets()["Buckets"])):
        name = f"acme-bucket-{number:02}"
        s3.create_bucket(Bucket=name, CreateBucketConfiguration={"LocationConstraint": HOME})
        s3.put_bucket_encryption(Bucket=name, ServerSideEncryptionConfiguration=ENCRYPTED)
        s3.put_bucket_ownership_controls(Bucket=name, OwnershipControls=OWNER_ALONE)


def _region(client, region):
    ec2, rds = client("ec2", region), client("rds", region)
    groups = ec2.describe_security_groups()["SecurityGroups"]
    for number in range(GROUPS // 2 - len(groups)):
        ec2.create_security_group(GroupName=f"group-{number:02}", Description="of the company")
    ec2.run_instances(ImageId="ami-12c6146b", MinCount=INSTANCES // 2, MaxCount=INSTANCES // 2)
    for number in range(DATABASES // 2 - len(rds.describe_db_instances()["DBInstances"])):
        rds.create_db_instance(
            DBInstanceIdentifier=f"database-{number}",
            DBInstanceClass="db.t4g.medium",
            Engine="postgres",
            AllocatedStorage=20,
            MasterUsername="company",
            MasterUserPassword="not-a-secret-of-anyone",
            StorageEncrypted=True,
        )
