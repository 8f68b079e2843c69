"""APIs of API Gateway and of AppSync, with the logs of their stages."""

from collections.abc import Iterator

from collectors.aws.account import Region, Response, told
from collectors.contract import ApiCall, collector
from collectors.evidence.aws.entry_points import ApiStage
from collectors.evidence.record import Unread

REST_APIS = ApiCall(
    "apigateway", "GetRestApis", "apigateway:GET", redact=("items.description", "items.policy")
)
REST_STAGES = ApiCall(
    "apigateway", "GetStages", "apigateway:GET", redact=("item.description", "item.variables")
)
APIS = ApiCall("apigatewayv2", "GetApis", "apigateway:GET", redact=("Items.Description",))
STAGES = ApiCall(
    "apigatewayv2",
    "GetStages",
    "apigateway:GET",
    redact=("Items.Description", "Items.StageVariables"),
)
GRAPHQL_APIS = ApiCall(
    "appsync",
    "ListGraphqlApis",
    "appsync:ListGraphqlApis",
    redact=(
        "graphqlApis.additionalAuthenticationProviders",
        "graphqlApis.openIDConnectConfig",
        "graphqlApis.ownerContact",
        "graphqlApis.userPoolConfig",
    ),
)
EVERY_METHOD = "*/*"


@collector(id="aws.api.stages", calls=(REST_APIS, REST_STAGES, APIS, STAGES, GRAPHQL_APIS))
def api_stages(region: Region) -> Iterator[ApiStage]:
    """Every deployed stage of every API, and every GraphQL API."""

    def rest(api: Response) -> tuple[ApiStage, ...]:
        return tuple(_rest_stage(region, api, stage) for stage in rest_stages(region, api))

    def other(api: Response) -> tuple[ApiStage, ...]:
        stages = region.each(STAGES, "Items", ApiId=api["ApiId"])
        return tuple(_stage(region, api, stage) for stage in stages)

    by_api = region.in_turn(
        region.concurrently(rest, region.each(REST_APIS, "items")),
        region.concurrently(other, region.each(APIS, "Items")),
    )
    for stages in by_api:
        yield from stages
    yield from map(_graphql, region.each(GRAPHQL_APIS, "graphqlApis"))


def rest_stages(region: Region, api: Response) -> Iterator[Response]:
    """The deployed stages of a REST API."""
    return region.each(REST_STAGES, "item", restApiId=api["id"])


def rest_stage_arn(region: Region, api: Response, stage: Response) -> str:
    """API Gateway's ARNs have no account: the API's id is unique without it."""
    return f"{_place(region)}/restapis/{api['id']}/stages/{stage['stageName']}"


def _place(region: Region) -> str:
    return f"arn:{region.partition}:apigateway:{region.region}::"


def _rest_stage(region: Region, api: Response, stage: Response) -> ApiStage:
    """API Gateway leaves out of a stage what was never set."""
    settings = (stage.get("methodSettings") or {}).get(EVERY_METHOD) or {}
    return ApiStage(
        id=rest_stage_arn(region, api, stage),
        name=f"{api.get('name') or api['id']}/{stage['stageName']}",
        form="REST",
        access_log=bool((stage.get("accessLogSettings") or {}).get("destinationArn")),
        level=settings.get("loggingLevel"),
        log_role=True,
    )


def _stage(region: Region, api: Response, stage: Response) -> ApiStage:
    return ApiStage(
        id=f"{_place(region)}/apis/{api['ApiId']}/stages/{stage['StageName']}",
        name=f"{api.get('Name') or api['ApiId']}/{stage['StageName']}",
        form=api.get("ProtocolType") or "HTTP",
        access_log=bool((stage.get("AccessLogSettings") or {}).get("DestinationArn")),
        level=(stage.get("DefaultRouteSettings") or {}).get("LoggingLevel"),
        log_role=True,
    )


def _graphql(api: Response) -> ApiStage:
    """AppSync leaves the configuration out of an API that was never given one."""
    log = api.get("logConfig") or {}
    level: str | Unread | None = told(GRAPHQL_APIS, log, "fieldLogLevel", str) if log else None
    return ApiStage(
        id=api["arn"],
        name=api["name"],
        form="GraphQL",
        access_log=False,
        level=level,
        log_role=bool(log.get("cloudWatchLogsRoleArn")),
    )
