"""Stages of APIs are read with their logs."""

import pytest

from collectors.aws.apis import api_stages
from tests.collectors.aws.shaped import said
from tests.faults import Denied

PLACE = "arn:aws:apigateway:eu-west-1::"
REST, REST_STAGES = "apigateway:GetRestApis", "apigateway:GetStages"
APIS, STAGES = "apigatewayv2:GetApis", "apigatewayv2:GetStages"
GRAPHQL = "appsync:ListGraphqlApis"
NONE = said(REST, {"items": []}) | said(APIS, {"Items": []}) | said(GRAPHQL, {"graphqlApis": []})
LOGS = "arn:aws:logs:eu-west-1:123456789012:log-group:api"


def only(snapshot):
    (record,) = snapshot.records
    return record


def test_what_moto_holds_is_read(aws):
    apigateway, apigatewayv2 = aws.client("apigateway"), aws.client("apigatewayv2")
    rest = apigateway.create_rest_api(name="shop", description="whose")["id"]
    root = apigateway.get_resources(restApiId=rest)["items"][0]["id"]
    apigateway.put_method(
        restApiId=rest, resourceId=root, httpMethod="GET", authorizationType="NONE"
    )
    apigateway.put_integration(restApiId=rest, resourceId=root, httpMethod="GET", type="MOCK")
    apigateway.create_deployment(restApiId=rest, stageName="live", variables={"upstream": "hush"})
    api = apigatewayv2.create_api(Name="events", ProtocolType="WEBSOCKET")["ApiId"]
    apigatewayv2.create_stage(
        ApiId=api, StageName="live", AccessLogSettings={"DestinationArn": LOGS}
    )
    aws.client("appsync").create_graphql_api(
        name="graph",
        authenticationType="API_KEY",
        logConfig={"fieldLogLevel": "ERROR", "cloudWatchLogsRoleArn": "arn:aws:iam::1:role/log"},
    )
    snapshot, transcript = aws.snapshot(api_stages)

    read = {record.form: record for record in snapshot.records}
    assert read["REST"].id == f"{PLACE}/restapis/{rest}/stages/live"
    assert (read["REST"].name, read["REST"].access_log) == ("shop/live", False)
    assert read["WEBSOCKET"].id == f"{PLACE}/apis/{api}/stages/live"
    assert read["WEBSOCKET"].access_log is True
    assert (read["GraphQL"].level, read["GraphQL"].log_role) == ("ERROR", True)
    assert "hush" not in str(transcript)
    assert "whose" not in str(transcript)
    assert aws.again(api_stages, transcript) == snapshot


@pytest.mark.parametrize(
    ("stage", "access_log", "level"),
    [
        ({"accessLogSettings": {"destinationArn": LOGS}}, True, None),
        ({"methodSettings": {"*/*": {"loggingLevel": "INFO"}}}, False, "INFO"),
        ({"methodSettings": {"~1a/GET": {"loggingLevel": "INFO"}}}, False, None),
    ],
)
def test_the_logs_of_a_rest_stage_are_read(aws, stage, access_log, level):
    faults = said(REST, {"items": [{"id": "a"}]})
    faults |= said(REST_STAGES, {"item": [{"stageName": "live"} | stage]})
    record = only(aws.snapshot(api_stages, NONE | faults)[0])

    assert (record.name, record.access_log, record.level) == ("a/live", access_log, level)


@pytest.mark.parametrize(
    ("log", "level", "role"),
    [
        ({}, None, False),
        (
            {"logConfig": {"fieldLogLevel": "ALL", "cloudWatchLogsRoleArn": "arn:x"}},
            "ALL",
            True,
        ),
    ],
)
def test_the_log_of_a_graphql_api_is_read(aws, log, level, role):
    api = {"name": "a", "apiId": "a", "arn": "arn:aws:appsync:x:apis/a"} | log
    record = only(aws.snapshot(api_stages, NONE | said(GRAPHQL, {"graphqlApis": [api]}))[0])

    assert (record.form, record.level, record.log_role) == ("GraphQL", level, role)


@pytest.mark.parametrize(
    ("listing", "call"),
    [
        (said(REST, {"items": [{"id": "a"}]}), REST_STAGES),
        (
            said(
                APIS,
                {
                    "Items": [
                        {"ApiId": "a", "Name": "a"}
                        | {"ProtocolType": "HTTP", "RouteSelectionExpression": "$"}
                    ]
                },
            ),
            STAGES,
        ),
    ],
)
def test_an_api_whose_stages_are_denied_is_an_omission(aws, listing, call):
    snapshot, _ = aws.snapshot(api_stages, NONE | listing | {call: Denied()})

    assert [each.why for each in snapshot.omissions] == [f"{call}: AccessDenied"]
