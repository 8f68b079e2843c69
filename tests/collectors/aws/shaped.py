"""Answers that no local server gives, held against the shapes of AWS's own service models.

The same validation that botocore's Stubber does; what it refuses is no answer of AWS's.
"""

from functools import cache

import botocore.session
from botocore.validate import validate_parameters

from tests.faults import Pages

SESSION = botocore.session.get_session()


@cache
def model(service):
    return SESSION.get_service_model(service)


def said(call, *answers):
    """The operation answers with these in turn."""
    service, _, operation = call.partition(":")
    shape = model(service).operation_model(operation).output_shape
    for answer in answers:
        validate_parameters(answer, shape)
    return {call: Pages(answers)}
