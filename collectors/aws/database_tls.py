"""Databases and warehouses, and whether they refuse connections that are not encrypted."""

from collections.abc import Iterator

from collectors.aws.account import Region, Response, told
from collectors.aws.rds import SETTLED_CLUSTERS, SETTLED_INSTANCES, cluster_of
from collectors.aws.rds_settings import WAREHOUSES
from collectors.contract import ApiCall, collector
from collectors.evidence.aws.database_tls import DatabaseTls, Parameter
from collectors.evidence.record import Unread

OF_INSTANCES = ApiCall("rds", "DescribeDBParameters", "rds:DescribeDBParameters")
OF_CLUSTERS = ApiCall("rds", "DescribeDBClusterParameters", "rds:DescribeDBClusterParameters")
OF_WAREHOUSES = ApiCall(
    "redshift", "DescribeClusterParameters", "redshift:DescribeClusterParameters"
)
WORKGROUPS = ApiCall("redshift-serverless", "ListWorkgroups", "redshift-serverless:ListWorkgroups")
NAMES = {
    "postgres": "rds.force_ssl",
    "aurora-postgresql": "rds.force_ssl",
    "sqlserver": "rds.force_ssl",
    "mysql": "require_secure_transport",
    "aurora-mysql": "require_secure_transport",
    "mariadb": "require_secure_transport",
    "docdb": "tls",
    "redshift": "require_ssl",
}
"""The parameter by which each engine refuses plain connections; no other engine has one."""
TAKES_NO_FILTER = frozenset({"docdb"})


@collector(
    id="aws.database.tls",
    calls=(
        *(SETTLED_INSTANCES, SETTLED_CLUSTERS, WAREHOUSES, WORKGROUPS),
        *(OF_INSTANCES, OF_CLUSTERS, OF_WAREHOUSES),
    ),
)
def database_tls(region: Region) -> Iterator[DatabaseTls]:
    """Every database and warehouse, with the parameter that refuses plain connections.

    Members of a cluster take it from the cluster's group. A group that several use is asked
    about once.
    """

    def instance(answer: Response) -> DatabaseTls:
        engine = told(SETTLED_INSTANCES, answer, "Engine", str)
        groups = answer.get("DBParameterGroups") or ()
        group = groups[0]["DBParameterGroupName"] if groups else None
        member_of = cluster_of(answer)
        return DatabaseTls(
            id=answer["DBInstanceArn"],
            name=answer["DBInstanceIdentifier"],
            form="instance",
            engine=engine,
            version=told(SETTLED_INSTANCES, answer, "EngineVersion", str),
            member_of=member_of,
            parameter=None
            if member_of
            else _parameter(region, OF_INSTANCES, "DBParameterGroupName", group, engine),
            pending=any(one.get("ParameterApplyStatus") == "pending-reboot" for one in groups),
        )

    def cluster(answer: Response) -> DatabaseTls:
        engine = told(SETTLED_CLUSTERS, answer, "Engine", str)
        group = answer.get("DBClusterParameterGroup")
        members = answer.get("DBClusterMembers") or ()
        return DatabaseTls(
            id=answer["DBClusterArn"],
            name=answer["DBClusterIdentifier"],
            form="cluster",
            engine=engine,
            version=told(SETTLED_CLUSTERS, answer, "EngineVersion", str),
            member_of=None,
            parameter=_parameter(region, OF_CLUSTERS, "DBClusterParameterGroupName", group, engine),
            pending=any(
                one.get("DBClusterParameterGroupStatus") == "pending-reboot" for one in members
            ),
        )

    def warehouse(answer: Response) -> DatabaseTls:
        name = answer["ClusterIdentifier"]
        groups = answer.get("ClusterParameterGroups") or ()
        group = groups[0]["ParameterGroupName"] if groups else None
        return DatabaseTls(
            id=f"arn:{region.partition}:redshift:{region.region}:{region.id}:cluster:{name}",
            name=name,
            form="warehouse",
            engine="redshift",
            version="",
            member_of=None,
            parameter=_parameter(region, OF_WAREHOUSES, "ParameterGroupName", group, "redshift"),
            pending=any(one.get("ParameterApplyStatus") == "pending-reboot" for one in groups),
        )

    yield from region.in_turn(
        region.concurrently(instance, region.each(SETTLED_INSTANCES, "DBInstances")),
        region.concurrently(cluster, region.each(SETTLED_CLUSTERS, "DBClusters")),
        region.concurrently(warehouse, region.each(WAREHOUSES, "Clusters")),
        map(_workgroup, region.each(WORKGROUPS, "workgroups")),
    )


def _workgroup(answer: Response) -> DatabaseTls:
    given = {
        one.get("parameterKey"): one.get("parameterValue")
        for one in answer.get("configParameters") or ()
    }
    name = NAMES["redshift"]
    return DatabaseTls(
        id=answer["workgroupArn"],
        name=answer["workgroupName"],
        form="warehouse",
        engine="redshift",
        version="",
        member_of=None,
        parameter=Parameter(name=name, value=given.get(name)),
        pending=False,
    )


def _parameter(
    region: Region, call: ApiCall, of: str, group: str | None, engine: str | Unread
) -> Parameter | Unread | None:
    if isinstance(engine, Unread):
        return engine
    family = "sqlserver" if engine.startswith("sqlserver-") else engine
    name = NAMES.get(family)
    if name is None:
        return None
    if group is None:
        return Unread(why=f"{call}: the database names no group of parameters")
    narrowed = {} if call is OF_WAREHOUSES or family in TAKES_NO_FILTER else _only(name)
    listed = region.listed(call, "Parameters", **{of: group}, **narrowed)
    if isinstance(listed, Unread):
        return listed
    values = {one.get("ParameterName"): one.get("ParameterValue") for one in listed}
    return Parameter(name=name, value=values.get(name))


def _only(name: str) -> dict[str, list[dict[str, object]]]:
    return {"Filters": [{"Name": "parameter-name", "Values": [name]}]}
