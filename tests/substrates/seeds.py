"""One small account, made alike on two servers: what each step is about, and what it makes there.

Of most things there is a careful one and a bare one, so that a setting and its absence are both
told. Names are ours; identifiers are each server's own.
"""

import io
import json
import zipfile

from agent.demo.aws_estate import HOME

ACCOUNT = "123456789012"
CLOSED = dict.fromkeys(
    ("BlockPublicAcls", "IgnorePublicAcls", "BlockPublicPolicy", "RestrictPublicBuckets"), True
)
ENCRYPTED = {"Rules": [{"ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": "AES256"}}]}
OWNER_ALONE = {"Rules": [{"ObjectOwnership": "BucketOwnerEnforced"}]}
WRITER = {"Rules": [{"ObjectOwnership": "ObjectWriter"}]}
EXPIRY = {
    "Rules": [
        {"ID": "old", "Status": "Enabled", "Filter": {"Prefix": ""}, "Expiration": {"Days": 400}}
    ]
}
HELD = {
    "ObjectLockEnabled": "Enabled",
    "Rule": {"DefaultRetention": {"Mode": "COMPLIANCE", "Days": 400}},
}

REDIRECTING = {
    "Protocol": "HTTP",
    "Port": 80,
    "DefaultActions": [
        {
            "Type": "redirect",
            "RedirectConfig": {"Protocol": "HTTPS", "Port": "443", "StatusCode": "HTTP_301"},
        }
    ],
}
ENDING = {
    "Protocol": "HTTPS",
    "Port": 443,
    "SslPolicy": "ELBSecurityPolicy-TLS13-1-2-2021-06",
    "DefaultActions": [{"Type": "fixed-response", "FixedResponseConfig": {"StatusCode": "200"}}],
}


def policy(effect, action, **parts):
    statement = {"Effect": effect, "Action": action, **parts}
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


def trust(service):
    return policy("Allow", "sts:AssumeRole", Principal={"Service": f"{service}.amazonaws.com"})


def role(client, name, service):
    made = client("iam").create_role(RoleName=name, AssumeRolePolicyDocument=trust(service))
    return made["Role"]["Arn"]


def iam(client):
    iam = client("iam")
    iam.update_account_password_policy(MinimumPasswordLength=16, RequireSymbols=True)
    iam.create_group(GroupName="engineers")
    iam.create_user(UserName="ada", Tags=[{"Key": "email", "Value": "ada@acme.test"}])
    iam.add_user_to_group(UserName="ada", GroupName="engineers")
    iam.create_login_profile(UserName="ada", Password="Correct-horse-battery-9-staple")
    device = iam.create_virtual_mfa_device(VirtualMFADeviceName="ada")["VirtualMFADevice"]
    iam.enable_mfa_device(
        UserName="ada",
        SerialNumber=device["SerialNumber"],
        AuthenticationCode1="123456",
        AuthenticationCode2="654321",
    )
    iam.create_user(UserName="bot")
    iam.create_access_key(UserName="bot")
    made = iam.create_policy(
        PolicyName="Deploy", PolicyDocument=policy("Allow", "ecs:UpdateService", Resource="*")
    )["Policy"]
    iam.attach_user_policy(UserName="bot", PolicyArn=made["Arn"])
    iam.put_user_policy(
        UserName="bot",
        PolicyName="everything",
        PolicyDocument=policy("Allow", "*", Resource="*"),
    )
    iam.put_group_policy(
        GroupName="engineers",
        PolicyName="look",
        PolicyDocument=policy("Allow", "ec2:Describe*", Resource="*"),
    )
    role(client, "machine", "ec2")


def s3(client):
    s3 = client("s3")
    where = {"LocationConstraint": HOME}
    s3.create_bucket(Bucket="acme-bare", CreateBucketConfiguration=where)
    s3.create_bucket(Bucket="acme-shared", CreateBucketConfiguration=where)
    s3.put_bucket_ownership_controls(Bucket="acme-shared", OwnershipControls=WRITER)
    s3.put_bucket_encryption(Bucket="acme-shared", ServerSideEncryptionConfiguration=ENCRYPTED)
    s3.create_bucket(
        Bucket="acme-kept", CreateBucketConfiguration=where, ObjectLockEnabledForBucket=True
    )
    s3.put_public_access_block(Bucket="acme-kept", PublicAccessBlockConfiguration=CLOSED)
    s3.put_bucket_encryption(Bucket="acme-kept", ServerSideEncryptionConfiguration=ENCRYPTED)
    s3.put_bucket_ownership_controls(Bucket="acme-kept", OwnershipControls=OWNER_ALONE)
    s3.put_bucket_lifecycle_configuration(Bucket="acme-kept", LifecycleConfiguration=EXPIRY)
    s3.put_object_lock_configuration(Bucket="acme-kept", ObjectLockConfiguration=HELD)
    tags = [
        {"Key": "classification", "Value": "confidential"},
        {"Key": "gapwatch:retention-days", "Value": "400"},
    ]
    s3.put_bucket_tagging(Bucket="acme-kept", Tagging={"TagSet": tags})
    s3.put_bucket_policy(
        Bucket="acme-kept",
        Policy=policy(
            "Deny",
            "s3:*",
            Principal="*",
            Resource=["arn:aws:s3:::acme-kept", "arn:aws:s3:::acme-kept/*"],
            Condition={"Bool": {"aws:SecureTransport": "false"}},
        ),
    )


def ec2(client):
    ec2 = client("ec2")
    vpc = ec2.create_vpc(CidrBlock="10.7.0.0/16")["Vpc"]["VpcId"]
    subnet = ec2.create_subnet(VpcId=vpc, CidrBlock="10.7.1.0/24", AvailabilityZone=f"{HOME}a")[
        "Subnet"
    ]["SubnetId"]
    gateway = ec2.create_internet_gateway()["InternetGateway"]["InternetGatewayId"]
    ec2.attach_internet_gateway(InternetGatewayId=gateway, VpcId=vpc)
    group = ec2.create_security_group(GroupName="web", Description="web", VpcId=vpc)["GroupId"]
    ec2.authorize_security_group_ingress(
        GroupId=group,
        IpPermissions=[
            {
                "IpProtocol": "tcp",
                "FromPort": 443,
                "ToPort": 443,
                "IpRanges": [{"CidrIp": "0.0.0.0/0"}],
            }
        ],
    )
    volume = ec2.create_volume(AvailabilityZone=f"{HOME}a", Size=20, Encrypted=True)["VolumeId"]
    ec2.create_snapshot(VolumeId=volume, Description="daily")
    ec2.run_instances(
        ImageId="ami-12c6146b",
        MinCount=1,
        MaxCount=1,
        SubnetId=subnet,
        SecurityGroupIds=[group],
        InstanceType="t3.micro",
    )
    ec2.create_launch_template(
        LaunchTemplateName="web",
        LaunchTemplateData={"MetadataOptions": {"HttpTokens": "required"}},
    )


def prefix_lists(client):
    ec2 = client("ec2")
    offices = ec2.create_managed_prefix_list(
        PrefixListName="offices",
        MaxEntries=2,
        AddressFamily="IPv4",
        Entries=[{"Cidr": "198.51.100.0/24"}],
    )["PrefixList"]["PrefixListId"]
    group = ec2.create_security_group(GroupName="office", Description="office")["GroupId"]
    ssh = {"IpProtocol": "tcp", "FromPort": 22, "ToPort": 22}
    ec2.authorize_security_group_ingress(
        GroupId=group, IpPermissions=[{**ssh, "PrefixListIds": [{"PrefixListId": offices}]}]
    )


def flow_logs(client):
    ec2 = client("ec2")
    vpc = ec2.describe_vpcs()["Vpcs"][0]["VpcId"]
    client("logs").create_log_group(logGroupName="/flows")
    ec2.create_flow_logs(
        ResourceIds=[vpc],
        ResourceType="VPC",
        TrafficType="ALL",
        LogGroupName="/flows",
        DeliverLogsPermissionArn=f"arn:aws:iam::{ACCOUNT}:role/flows",
    )


def rds(client):
    rds = client("rds")
    owner = {"MasterUsername": "owner", "MasterUserPassword": "not-a-secret-of-anyone"}
    rds.create_db_instance(
        DBInstanceIdentifier="ledger",
        DBInstanceClass="db.t4g.medium",
        Engine="postgres",
        EngineVersion="15.3",
        AllocatedStorage=20,
        StorageEncrypted=True,
        PubliclyAccessible=False,
        BackupRetentionPeriod=14,
        **owner,
    )
    rds.create_db_snapshot(DBInstanceIdentifier="ledger", DBSnapshotIdentifier="ledger-1")
    rds.create_db_cluster(DBClusterIdentifier="orders", Engine="aurora-postgresql", **owner)
    rds.create_db_cluster_snapshot(
        DBClusterIdentifier="orders", DBClusterSnapshotIdentifier="orders-1"
    )


def dynamodb(client):
    dynamodb = client("dynamodb")
    for name in ("orders", "sessions"):
        dynamodb.create_table(
            TableName=name,
            KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
            AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
            BillingMode="PAY_PER_REQUEST",
        )
    dynamodb.update_continuous_backups(
        TableName="orders",
        PointInTimeRecoverySpecification={"PointInTimeRecoveryEnabled": True},
    )


def kms(client):
    kms = client("kms")
    for name in ("turned", "still"):
        key = kms.create_key(Description=name)["KeyMetadata"]["KeyId"]
        kms.create_alias(AliasName=f"alias/{name}", TargetKeyId=key)
        if name == "turned":
            kms.enable_key_rotation(KeyId=key)
    gone = kms.create_key(Description="retired")["KeyMetadata"]["KeyId"]
    kms.create_alias(AliasName="alias/retired", TargetKeyId=gone)
    kms.disable_key(KeyId=gone)


def secretsmanager(client):
    client("secretsmanager").create_secret(Name="token", SecretString="nobody's")


def ssm(client):
    ssm = client("ssm")
    ssm.put_parameter(Name="/plain", Value="1", Type="String")
    ssm.put_parameter(Name="/hidden", Value="1", Type="SecureString")


def messages(client):
    sns, sqs = client("sns"), client("sqs")
    topic = sns.create_topic(Name="on-call")["TopicArn"]
    sns.create_topic(Name="quiet")
    queue = sqs.create_queue(QueueName="jobs")["QueueUrl"]
    arn = sqs.get_queue_attributes(QueueUrl=queue, AttributeNames=["QueueArn"])["Attributes"]
    sns.subscribe(TopicArn=topic, Protocol="sqs", Endpoint=arn["QueueArn"])


def functions(client):
    code = io.BytesIO()
    with zipfile.ZipFile(code, "w") as archive:
        archive.writestr("main.py", "def handler(event, context): ...")
    functions, runs_as = client("lambda"), role(client, "function", "lambda")
    for name in ("resize", "shared"):
        functions.create_function(
            FunctionName=name,
            Runtime="python3.12",
            Role=runs_as,
            Handler="main.handler",
            Code={"ZipFile": code.getvalue()},
            Environment={"Variables": {"STAGE": "production"}},
        )
    functions.add_permission(
        FunctionName="shared",
        StatementId="theirs",
        Action="lambda:InvokeFunction",
        Principal="210987654321",
    )


def logs(client):
    logs = client("logs")
    for name in ("/acme/api", "/acme/forever"):
        logs.create_log_group(logGroupName=name)
    logs.put_retention_policy(logGroupName="/acme/api", retentionInDays=400)
    logs.put_metric_filter(
        logGroupName="/acme/api",
        filterName="errors",
        filterPattern="ERROR",
        metricTransformations=[
            {"metricName": "Errors", "metricNamespace": "Acme", "metricValue": "1"}
        ],
    )
    client("cloudwatch").put_metric_alarm(
        AlarmName="errors",
        MetricName="Errors",
        Namespace="Acme",
        Period=300,
        EvaluationPeriods=1,
        Threshold=1,
        ComparisonOperator="GreaterThanOrEqualToThreshold",
        Statistic="Sum",
        AlarmActions=[f"arn:aws:sns:{HOME}:{ACCOUNT}:on-call"],
    )


def events(client):
    events = client("events")
    events.put_rule(Name="logins", EventPattern=json.dumps({"source": ["aws.signin"]}))
    target = {"Id": "1", "Arn": f"arn:aws:sns:{HOME}:{ACCOUNT}:on-call"}
    events.put_targets(Rule="logins", Targets=[target])


def cloudtrail(client):
    cloudtrail = client("cloudtrail")
    client("s3").create_bucket(
        Bucket="acme-trail", CreateBucketConfiguration={"LocationConstraint": HOME}
    )
    cloudtrail.create_trail(
        Name="company",
        S3BucketName="acme-trail",
        IsMultiRegionTrail=True,
        EnableLogFileValidation=True,
    )
    cloudtrail.start_logging(Name="company")
    cloudtrail.put_event_selectors(
        TrailName="company",
        EventSelectors=[{"ReadWriteType": "All", "IncludeManagementEvents": True}],
    )


def config(client):
    config = client("config")
    config.put_configuration_recorder(
        ConfigurationRecorder={
            "name": "default",
            "roleARN": f"arn:aws:iam::{ACCOUNT}:role/config",
            "recordingGroup": {"allSupported": True, "includeGlobalResourceTypes": True},
        }
    )
    config.put_delivery_channel(DeliveryChannel={"name": "default", "s3BucketName": "acme-trail"})
    config.start_configuration_recorder(ConfigurationRecorderName="default")


def kinesis(client):
    client("kinesis").create_stream(StreamName="clicks", ShardCount=1)


def ecr(client):
    client("ecr").create_repository(
        repositoryName="api", imageScanningConfiguration={"scanOnPush": True}
    )


def eks(client):
    client("eks").create_cluster(
        name="main",
        version="1.30",
        roleArn=f"arn:aws:iam::{ACCOUNT}:role/eks",
        resourcesVpcConfig={"subnetIds": []},
    )


def ecs(client):
    ecs = client("ecs")
    ecs.create_cluster(clusterName="main")
    container = {"name": "api", "image": "api:1", "memory": 128}
    ecs.register_task_definition(family="api", containerDefinitions=[container])
    ecs.create_service(cluster="main", serviceName="api", taskDefinition="api", desiredCount=1)


def balancers(client):
    ec2, elbv2 = client("ec2"), client("elbv2")
    vpc = ec2.create_vpc(CidrBlock="10.8.0.0/16")["Vpc"]["VpcId"]
    subnets = [
        ec2.create_subnet(
            VpcId=vpc, CidrBlock=f"10.8.{number}.0/24", AvailabilityZone=f"{HOME}{zone}"
        )["Subnet"]["SubnetId"]
        for number, zone in enumerate("ab")
    ]

    def balancer(name, form, *listeners):
        made = elbv2.create_load_balancer(Name=name, Subnets=subnets, Type=form)
        arn = made["LoadBalancers"][0]["LoadBalancerArn"]
        for listener in listeners:
            elbv2.create_listener(LoadBalancerArn=arn, **listener)

    certificate = client("acm").request_certificate(DomainName="front.acme.test")["CertificateArn"]
    target = elbv2.create_target_group(Name="inside", Protocol="TCP", Port=5432, VpcId=vpc)
    inside = target["TargetGroups"][0]["TargetGroupArn"]
    balancer(
        "front",
        "application",
        REDIRECTING,
        {**ENDING, "Certificates": [{"CertificateArn": certificate}]},
    )
    passing = {"Type": "forward", "TargetGroupArn": inside}
    balancer("through", "network", {"Protocol": "TCP", "Port": 5432, "DefaultActions": [passing]})


def acm(client):
    client("acm").request_certificate(DomainName="acme.test", ValidationMethod="DNS")


def route53(client):
    client("route53").create_hosted_zone(Name="acme.test", CallerReference="1")


def cloudfront(client):
    client("cloudfront").create_distribution(
        DistributionConfig={
            "CallerReference": "1",
            "Comment": "",
            "Enabled": True,
            "Origins": {
                "Quantity": 1,
                "Items": [
                    {
                        "Id": "site",
                        "DomainName": "site.acme.test",
                        "CustomOriginConfig": {
                            "HTTPPort": 80,
                            "HTTPSPort": 443,
                            "OriginProtocolPolicy": "https-only",
                        },
                    }
                ],
            },
            "DefaultCacheBehavior": {
                "TargetOriginId": "site",
                "ViewerProtocolPolicy": "redirect-to-https",
                "MinTTL": 0,
                "ForwardedValues": {"QueryString": False, "Cookies": {"Forward": "none"}},
            },
        }
    )


def gateways(client):
    rest, http = client("apigateway"), client("apigatewayv2")
    api = rest.create_rest_api(name="orders")["id"]
    root = rest.get_resources(restApiId=api)["items"][0]["id"]
    asked = {"restApiId": api, "resourceId": root, "httpMethod": "GET"}
    rest.put_method(**asked, authorizationType="NONE")
    rest.put_integration(**asked, type="MOCK")
    rest.create_deployment(restApiId=api, stageName="live")
    page = http.create_api(Name="page", ProtocolType="HTTP")["ApiId"]
    http.create_stage(ApiId=page, StageName="live")


def elasticache(client):
    client("elasticache").create_replication_group(
        ReplicationGroupId="sessions",
        ReplicationGroupDescription="sessions",
        Engine="redis",
        CacheNodeType="cache.t4g.micro",
        NumCacheClusters=2,
        AutomaticFailoverEnabled=True,
        AtRestEncryptionEnabled=True,
        TransitEncryptionEnabled=True,
    )


def opensearch(client):
    client("opensearch").create_domain(
        DomainName="search",
        EncryptionAtRestOptions={"Enabled": True},
        DomainEndpointOptions={
            "EnforceHTTPS": True,
            "TLSSecurityPolicy": "Policy-Min-TLS-1-2-2019-07",
        },
    )


def stepfunctions(client):
    state = {"StartAt": "a", "States": {"a": {"Type": "Pass", "End": True}}}
    client("stepfunctions").create_state_machine(
        name="flow", definition=json.dumps(state), roleArn=f"arn:aws:iam::{ACCOUNT}:role/flow"
    )


def glue(client):
    client("glue").create_job(
        Name="nightly",
        Role="glue",
        Command={"Name": "glueetl", "ScriptLocation": "s3://acme-bare/job.py"},
    )


def codebuild(client):
    client("codebuild").create_project(
        name="build",
        source={"type": "S3", "location": "acme-bare/source.zip"},
        artifacts={"type": "NO_ARTIFACTS"},
        environment={
            "type": "LINUX_CONTAINER",
            "image": "aws/codebuild/standard:7.0",
            "computeType": "BUILD_GENERAL1_SMALL",
            "environmentVariables": [{"name": "STAGE", "value": "test", "type": "PLAINTEXT"}],
        },
        serviceRole=f"arn:aws:iam::{ACCOUNT}:role/build",
    )


def backup(client):
    client("backup").create_backup_vault(BackupVaultName="daily")


def autoscaling(client):
    autoscaling = client("autoscaling")
    autoscaling.create_launch_configuration(
        LaunchConfigurationName="web", ImageId="ami-12c6146b", InstanceType="t3.micro"
    )
    autoscaling.create_auto_scaling_group(
        AutoScalingGroupName="web",
        LaunchConfigurationName="web",
        MinSize=0,
        MaxSize=1,
        DesiredCapacity=1,
        AvailabilityZones=[f"{HOME}a"],
    )


def wafv2(client):
    client("wafv2").create_web_acl(
        Name="front",
        Scope="REGIONAL",
        DefaultAction={"Allow": {}},
        VisibilityConfig={
            "SampledRequestsEnabled": True,
            "CloudWatchMetricsEnabled": True,
            "MetricName": "front",
        },
        Rules=[],
    )


def mq(client):
    client("mq").create_broker(
        BrokerName="queue",
        EngineType="ACTIVEMQ",
        EngineVersion="5.18",
        HostInstanceType="mq.t3.micro",
        DeploymentMode="SINGLE_INSTANCE",
        PubliclyAccessible=False,
        AutoMinorVersionUpgrade=True,
        Users=[{"Username": "queue", "Password": "not-a-secret-of-anyone"}],
        Logs={"General": True, "Audit": False},
    )


def transfer(client):
    client("transfer").create_server(Protocols=["SFTP"])


def athena(client):
    client("athena").create_work_group(
        Name="reports", Configuration={"EnforceWorkGroupConfiguration": True}
    )


def appsync(client):
    client("appsync").create_graphql_api(name="shop", authenticationType="API_KEY")


STEPS = (
    *(iam, s3, ec2, prefix_lists, flow_logs, rds, dynamodb, kms, secretsmanager, ssm, messages),
    *(functions, logs, events, cloudtrail, config, kinesis, ecr, eks, ecs, balancers, acm, route53),
    *(cloudfront, gateways, elasticache, opensearch, stepfunctions, glue, codebuild, backup),
    *(autoscaling, wafv2, mq, transfer, athena, appsync),
)
