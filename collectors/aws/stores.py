"""Places where data lies: their tags, and whether they were ever restored."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from collectors.aws.account import Region, Response, instant
from collectors.aws.classification import TAGGED
from collectors.aws.dynamodb import LIST_TABLES, table_arn
from collectors.aws.efs import FILE_SYSTEMS
from collectors.aws.rds import (
    SETTLED_CLUSTERS,
    SETTLED_INSTANCES,
    cluster_of,
    source_of_cluster,
    source_of_instance,
)
from collectors.aws.rds_settings import WAREHOUSES
from collectors.aws.s3 import LIST_BUCKETS
from collectors.contract import ApiCall, collector
from collectors.evidence.aws.backup_jobs import RestoredStore, StoreRestore
from collectors.evidence.aws.tags import Tag, TaggedStore
from collectors.evidence.record import Unread

RESTORES = ApiCall(
    "backup",
    "ListRestoreJobs",
    "backup:ListRestoreJobs",
    redact=("RestoreJobs.StatusMessage", "RestoreJobs.ValidationStatusMessage"),
).without("RestoreJobs.PercentDone", "RestoreJobs.DeletionStatus")
COMPLETED = "COMPLETED"
LARGEST_PAGE = 100

RESTORABLE = (SETTLED_INSTANCES, SETTLED_CLUSTERS, LIST_TABLES, FILE_SYSTEMS, WAREHOUSES)
Tags = Mapping[str, tuple[Tag, ...]] | Unread
"""By ARN; the service leaves out what was never tagged."""


@dataclass(frozen=True)
class _Store:
    arn: str
    name: str
    form: str
    judged_at: str | None = None


@collector(id="aws.tags.stores", calls=(*RESTORABLE, LIST_BUCKETS, TAGGED))
def tagged_stores(region: Region) -> Iterator[TaggedStore]:
    """Every bucket, database, table, file system and warehouse of the region, with its tags.

    The stores come from each service's own listing: the tags' service does not know what was
    never tagged. A region's buckets are listed in that region.
    """
    tags = _tags(region)
    for store in region.in_turn(_buckets(region), *_restorable(region)):
        yield TaggedStore(
            id=store.arn,
            name=store.name,
            form=store.form,
            judged_at=store.judged_at,
            tags=_of(tags, store),
        )


@collector(id="aws.backup.restores", calls=(*RESTORABLE, TAGGED, RESTORES))
def restored_stores(region: Region) -> Iterator[RestoredStore]:
    """Every database, table, file system and warehouse, with the restores AWS Backup completed."""
    tags = _tags(region)
    jobs = region.listed(RESTORES, "RestoreJobs")
    for store in region.in_turn(*_restorable(region)):
        yield RestoredStore(
            id=store.arn,
            name=store.name,
            form=store.form,
            judged_at=store.judged_at,
            tags=_of(tags, store),
            restores=_restores(jobs, store.arn),
        )


def _tags(region: Region) -> Tags:
    listed = region.listed(TAGGED, "ResourceTagMappingList", ResourcesPerPage=LARGEST_PAGE)
    if isinstance(listed, Unread):
        return listed
    return {
        one["ResourceARN"]: tuple(
            Tag(key=tag["Key"], value=tag["Value"])
            for tag in sorted(one.get("Tags") or (), key=lambda tag: str(tag["Key"]))
        )
        for one in listed
    }


def _of(tags: Tags, store: _Store) -> tuple[Tag, ...] | Unread:
    return tags if isinstance(tags, Unread) else tags.get(store.arn, ())


def _buckets(region: Region) -> Iterator[_Store]:
    for bucket in region.each(LIST_BUCKETS, "Buckets", BucketRegion=region.region):
        name = bucket["Name"]
        yield _Store(f"arn:{region.partition}:s3:::{name}", name, "bucket")


def _restorable(region: Region) -> tuple[Iterator[_Store], ...]:
    return (
        map(_instance, region.each(SETTLED_INSTANCES, "DBInstances")),
        map(_cluster, region.each(SETTLED_CLUSTERS, "DBClusters")),
        (
            _Store(table_arn(region, name), name, "table")
            for name in region.each(LIST_TABLES, "TableNames")
        ),
        map(_file_system, region.each(FILE_SYSTEMS, "FileSystems")),
        _warehouses(region),
    )


def _instance(answer: Response) -> _Store:
    judged_at = cluster_of(answer) or source_of_instance(answer)
    name = answer["DBInstanceIdentifier"]
    return _Store(answer["DBInstanceArn"], name, "database instance", judged_at)


def _cluster(answer: Response) -> _Store:
    name, source = answer["DBClusterIdentifier"], source_of_cluster(answer)
    return _Store(answer["DBClusterArn"], name, "database cluster", source)


def _file_system(answer: Response) -> _Store:
    name = answer.get("Name") or answer["FileSystemId"]
    return _Store(answer["FileSystemArn"], name, "file system")


def _warehouses(region: Region) -> Iterator[_Store]:
    here = f"arn:{region.partition}:redshift:{region.region}:{region.id}:cluster:"
    for answer in region.each(WAREHOUSES, "Clusters"):
        name = answer["ClusterIdentifier"]
        yield _Store(f"{here}{name}", name, "warehouse")


def _restores(jobs: tuple[Response, ...] | Unread, arn: str) -> tuple[StoreRestore, ...] | Unread:
    if isinstance(jobs, Unread):
        return jobs
    done = [job for job in jobs if job.get("Status") == COMPLETED and job.get("CompletionDate")]
    found = [
        StoreRestore(done_at=instant(job["CompletionDate"]), validation=job.get("ValidationStatus"))
        for job in done
        if job.get("SourceResourceArn") == arn
    ]
    if not found and any("SourceResourceArn" not in job for job in done):
        return Unread(why=f"{RESTORES}: the answer does not name what some jobs restored")
    return tuple(sorted(found, key=lambda restore: restore.done_at))
