"""What vendors tell whoever may list things, though it is a secret or somebody's own words.

The paths are those that a call would declare to redact. AWS marks some of its fields itself;
these are the others, and all of Google's and GitHub's.
"""

TELLS_SECRETS = {
    "apigateway:GetApiKey": ("value",),
    "apigateway:GetApiKeys": ("items.value",),
    "apigateway:GetStages": ("item.variables",),
    "autoscaling:DescribeLaunchConfigurations": ("LaunchConfigurations.UserData",),
    "batch:DescribeJobDefinitions": ("jobDefinitions.containerProperties.environment",),
    "cloudformation:DescribeStacks": (
        "Stacks.Outputs.OutputValue",
        "Stacks.Parameters.ParameterValue",
    ),
    "cloudformation:GetTemplate": ("TemplateBody",),
    "codebuild:BatchGetProjects": ("projects.environment.environmentVariables.value",),
    "codepipeline:GetPipeline": ("pipeline.stages.actions.configuration",),
    "directconnect:DescribeVirtualInterfaces": (
        "virtualInterfaces.authKey",
        "virtualInterfaces.bgpPeers.authKey",
        "virtualInterfaces.customerRouterConfig",
    ),
    "ec2:DescribeInstanceAttribute": ("UserData.Value",),
    "ec2:DescribeVpnConnections": ("VpnConnections.CustomerGatewayConfiguration",),
    "ecs:DescribeTaskDefinition": ("taskDefinition.containerDefinitions.environment.value",),
    "ecs:DescribeTasks": ("tasks.overrides.containerOverrides.environment",),
    "elasticbeanstalk:DescribeConfigurationSettings": (
        "ConfigurationSettings.OptionSettings.Value",
    ),
    "emr:DescribeCluster": ("Cluster.Configurations.Properties",),
    "glue:GetConnection": ("Connection.ConnectionProperties",),
    "glue:GetConnections": ("ConnectionList.ConnectionProperties",),
    "glue:GetJobs": ("Jobs.DefaultArguments", "Jobs.NonOverridableArguments"),
    "lambda:GetFunction": ("Code.Location", "Configuration.Environment"),
    "lambda:GetFunctionConfiguration": ("Environment",),
    "lambda:ListFunctions": ("Functions.Environment.Error", "Functions.Environment.Variables.*"),
    "stepfunctions:DescribeExecution": ("input", "output"),
    "cloudasset:searchAllResources": (
        "results.additionalAttributes",
        "results.versionedResources",
    ),
    "cloudbuild:projects.builds.list": (
        "builds.options.env",
        "builds.steps.env",
        "builds.substitutions",
    ),
    "cloudbuild:projects.triggers.list": ("triggers.substitutions",),
    "cloudfunctions:projects.locations.functions.list": (
        "functions.buildConfig.environmentVariables",
        "functions.serviceConfig.environmentVariables",
    ),
    "compute:instanceTemplates.list": ("items.properties.metadata.items.value",),
    "compute:instances.aggregatedList": ("items.*.instances.metadata.items.value",),
    "compute:instances.list": ("items.metadata.items.value",),
    "compute:projects.get": ("commonInstanceMetadata.items.value",),
    "compute:sslCertificates.list": ("items.privateKey",),
    "compute:vpnTunnels.list": ("items.sharedSecret",),
    "container:projects.locations.clusters.list": (
        "clusters.masterAuth.clientKey",
        "clusters.masterAuth.password",
    ),
    "run:projects.locations.jobs.list": ("jobs.template.template.containers.env",),
    "run:projects.locations.services.list": ("services.template.containers.env",),
    "sqladmin:instances.list": (
        "items.onPremisesConfiguration.clientKey",
        "items.onPremisesConfiguration.password",
        "items.replicaConfiguration.mysqlReplicaConfiguration.clientKey",
        "items.replicaConfiguration.mysqlReplicaConfiguration.password",
        "items.rootPassword",
        "items.settings.databaseFlags.value",
    ),
    "github:GET /orgs/{org}/actions/variables": ("body.variables.value",),
    "github:GET /orgs/{org}/credential-authorizations": ("body.token_last_eight",),
    "github:GET /orgs/{org}/hooks": ("body.config.secret", "body.config.url"),
    "github:GET /repos/{owner}/{repo}/forks": ("body.mirror_url", "body.temp_clone_token"),
    "github:GET /orgs/{org}/repos": ("body.mirror_url", "body.temp_clone_token"),
    "github:GET /orgs/{org}/secret-scanning/alerts": ("body.secret",),
    "github:GET /repos/{owner}/{repo}": ("body.mirror_url", "body.temp_clone_token"),
    "github:GET /repos/{owner}/{repo}/actions/runs": ("body.workflow_runs.head_commit",),
    "github:GET /repos/{owner}/{repo}/actions/variables": ("body.variables.value",),
    "github:GET /repos/{owner}/{repo}/branches/{branch}": ("body.commit.commit",),
    "github:GET /repos/{owner}/{repo}/commits": ("body.commit",),
    "github:GET /repos/{owner}/{repo}/commits/{ref}/check-runs": (
        "body.check_runs.details_url",
        "body.check_runs.output",
    ),
    "github:GET /repos/{owner}/{repo}/commits/{ref}/statuses": (
        "body.description",
        "body.target_url",
    ),
    "github:GET /repos/{owner}/{repo}/hooks": ("body.config.secret", "body.config.url"),
    "github:GET /repos/{owner}/{repo}/issues": ("body.body",),
    "github:GET /repos/{owner}/{repo}/pulls": ("body.body",),
    "github:GET /repos/{owner}/{repo}/pulls/{pull_number}/reviews": ("body.body",),
    "github:GET /repos/{owner}/{repo}/secret-scanning/alerts": ("body.secret",),
}
"""Who asks for these cuts the secret out."""

TELLS_NOTHING_ELSE = {
    *("dynamodb:GetItem", "dynamodb:Query", "dynamodb:Scan", "ec2:GetConsoleOutput"),
    *("ec2:GetPasswordData", "ecr:GetAuthorizationToken", "kinesis:GetRecords"),
    *("lightsail:GetRelationalDatabaseMasterUserPassword", "logs:FilterLogEvents"),
    *("logs:GetLogEvents", "redshift:GetClusterCredentials", "s3:GetObject"),
    *("secretsmanager:BatchGetSecretValue", "secretsmanager:GetSecretValue"),
    *("sqs:ReceiveMessage", "ssm:GetCommandInvocation", "ssm:GetParameter"),
    *("ssm:GetParameterHistory", "ssm:GetParameters", "ssm:GetParametersByPath"),
    *("sso:GetRoleCredentials", "sts:AssumeRole", "sts:GetFederationToken"),
    "sts:GetSessionToken",
    *("apikeys:projects.locations.keys.getKeyString", "cloudasset:assets.list"),
    *("iamcredentials:projects.serviceAccounts.generateAccessToken", "logging:entries.list"),
    "secretmanager:projects.secrets.versions.access",
}
"""Nobody asks for these: what they tell is the secret, or a customer's data."""

FILES_THAT_DECIDE = {"RepositoryFacts": {"text"}, "RepositoryWorkflows": {"text"}}
"""Files are not words about somebody: who owns code and what runs is what they say."""

WRITTEN_BY_PEOPLE = {
    *("body", "bodyHTML", "bodyText", "description", "message", "messageBody"),
    *("messageHeadline", "output", "summary", "text", "title"),
}
"""Fields of GitHub's GraphQL that hold what somebody wrote; they are not asked for at all."""
