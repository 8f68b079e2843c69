"""What the demo's account lacks, so that as many declared operations as can be are asked."""

import io
import json
import zipfile

from agent.demo.aws_estate import HOME

ACCOUNT = "123456789012"


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
