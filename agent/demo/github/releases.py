"""What people do to publish something, and to change a file."""

from datetime import datetime

from agent.demo.github.repositories import Repositories
from agent.demo.github.things import Release


class Releases(Repositories):
    """The releases and files of one organisation."""

    def release(
        self,
        repository: str,
        tag: str,
        *,
        at: datetime,
        sha: str | None = None,
        notes: str = "What is new",
        immutable: bool = True,
        tag_rules: tuple[str, ...] = (),
        draft: bool = False,
    ) -> Release:
        """Publish a commit, the default branch's head unless told."""
        place = self.repositories[repository]
        made = Release(
            id=self._number(),
            tag=tag,
            sha=sha or place.branches[place.default_branch],
            at=at,
            notes=notes,
            immutable=immutable,
            tag_rules=tag_rules,
            draft=draft,
        )
        place.releases.append(made)
        return made

    def write_file(self, repository: str, path: str, text: str, *, sha: str) -> None:
        """Let a commit have changed a file."""
        place = self.repositories[repository]
        place.files[path] = text
        place.touched.setdefault(path, []).insert(0, sha)
