"""Images of containers, and the clusters that run them."""

from collectors.evidence.record import Record, Unread


class ImageRepository(Record, frozen=True, tag="aws.image_repository"):
    """A repository of container images."""

    mutability: str | Unread
    """Whether a tag can be moved: `IMMUTABLE`, `MUTABLE`, or either with exclusions."""
    excluded: tuple[str, ...]
    """Patterns of the tags for which the opposite holds."""
    scans_on_push: bool | Unread
    """Its own setting, which counts where the registry's rules do not."""
    registry_rules: tuple[str, ...] | Unread
    """Patterns of the repositories whose new images the registry scans."""


class KubernetesCluster(Record, frozen=True, tag="aws.kubernetes_cluster"):
    """A Kubernetes cluster that EKS runs."""

    logged: frozenset[str] | Unread
    """The kinds of control plane logs that are on."""
    public: bool | Unread
    """Whether its API has an address of the internet."""
    admitted: tuple[str, ...] | Unread
    """The address ranges that may reach that address."""
