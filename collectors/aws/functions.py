"""Functions of Lambda: who may call them."""

from collections.abc import Iterator

from collectors.aws.account import Region, Response, told, whole
from collectors.aws.policies import policy_in
from collectors.contract import ApiCall, collector
from collectors.evidence.aws.functions import FunctionAccess
from collectors.evidence.record import Unread

FUNCTIONS = ApiCall(
    "lambda",
    "ListFunctions",
    "lambda:ListFunctions",
    redact=(
        "Functions.Description",
        "Functions.Environment.Error",
        "Functions.ImageConfigResponse",
        "Functions.RuntimeVersionConfig",
    ),
    recognise=("Functions.Environment.Variables.*",),
)
POLICY = ApiCall("lambda", "GetPolicy", "lambda:GetPolicy")
ADDRESSES = ApiCall("lambda", "ListFunctionUrlConfigs", "lambda:ListFunctionUrlConfigs")
NO_POLICY = "ResourceNotFoundException"


@collector(id="aws.lambda.access", calls=(FUNCTIONS, POLICY, ADDRESSES))
def function_access(region: Region) -> Iterator[FunctionAccess]:
    """Every function of the region, with its policy and its URLs.

    Policies of single versions and aliases are not read.
    """

    def describe(function: Response) -> FunctionAccess:
        arn = function["FunctionArn"]
        addresses = region.listed(ADDRESSES, "FunctionUrlConfigs", FunctionName=arn)
        answer = region.detail(POLICY, absent=NO_POLICY, FunctionName=arn)
        return FunctionAccess(
            id=arn,
            name=function["FunctionName"],
            account_id=region.id,
            statements=policy_in(POLICY, answer, "Policy"),
            addresses=addresses
            if isinstance(addresses, Unread)
            else whole(told(ADDRESSES, address, "AuthType", str) for address in addresses),
        )

    yield from region.concurrently(describe, region.each(FUNCTIONS, "Functions"))
