"""What stands in a package's README: how to prove it, how it was made, what it does not show."""

from collections.abc import Iterator, Sequence

from agent.package.archive import Manifest
from agent.package.lint import Doubt
from agent.package.sampling import PLANNING_AID
from agent.store.keys import VerifierKey

TEXT = """\
{company}: evidence of {start} to {end} ({edition} edition)

Prove it
  python3 -I -S verify.py --key '{key}'
    needs Python 3.11 or later and nothing else. Take the key from the company by another road.
  gapwatch verify PACKAGE.zip --key '{key}'
    does the same, collects and judges every snapshot again from its stored answers, and works
    every table of this package out again.
  openssl ts -verify -data log/checkpoints/N -in log/stamps/N.tsr -CAfile ROOTS.pem
    proves when checkpoint N was there at the latest, where an authority stamped it.
  sha256sum populations/...  is the hash that the log froze; see samples/index.csv.

What is in it
  MANIFEST.json    every file with size, hash and controls; MANIFEST.dsse is its signature (in-toto
                   statement, DSSE, Ed25519), by the key that signs the log.
  log/             every entry of the log up to checkpoint {checkpoint}, a line each; signed
                   checkpoints (C2SP) and their time stamps (RFC 3161). The hashes are RFC 6962's.
  controls.csv     criterion, control as the company words it, owner, frequency, parameters.
  pbc/             what is asked for of each control, and the files that answer it. Where a list of
                   the auditor was given, answers.csv answers each line, or says it has no answer.
  populations/     everything a collector saw of a scope in the window, an item a row; beside it the
                   query and the hash (queries.csv).
  landed_changes.csv  every landed change: who wrote, approved and landed it, what ran on it, its
                   issues, and the deployments that brought it, with who let each one through.
  samples/         drawn by sha256(seed || population hash || item id), in this order. Size: {aid}.
  evidence/        one record for each snapshot: the questions as they were asked, so that they can
                   be asked again live, the answers' hashes, who asked, when, and whether it was
                   all. The answers as they came lie in evidence/raw under their SHA-256, secrets
                   cut out. Each record has its proof of inclusion in the log (tlog-proof).
  results/         every verdict, the whole population beside any sample; and the window of every
                   check, cut into passed, failed, undetermined and unknown. In results/oscal the
                   newest verdicts of all, as one set of OSCAL 1.2.1 documents.
  exceptions.csv   deviations, with cause, extent and dates.
  changes.csv      parameters, wording, program and schedule, as they changed inside the window.
  scope.csv        what was to be collected, what was, what failed, what was left out and why.
  bridge/          what changed, and what was open, between the window's end and this package: for a
                   bridge letter, which is the company's own.
  description/     for the system description, which is the company's own: components, changes,
                   incidents, subservice organisations, controls of user entities, and what of these
                   is missing.
  access_log.csv   who looked at evidence on the page, took it out of the store, held it, or
                   removed it, and what people decided; this package too.

Two editions
  The full edition has everything. A redacted one withholds what may name a person or a thing: log
  entries and fields are given by their hash alone, tables have the same pseudonym for the same
  value, and raw answers are left out, so that no verdict can be performed from it. Both have the
  same leaves: evidence/items/leaves.csv and the log's tree are equal to the byte and the hash.
  What is left out of this edition, and why (MANIFEST.json, left_out):
{left_out}
How completeness is shown
  A collector asks for the whole population, to its last page. What was refused or broke off is an
  omission: the record is `partial` or `denied`, never passed. A silence longer than twice the
  cadence is unknown. Evidence is judged as it was on the day, by the limits in force on the day.
  A cell of a table that begins with an apostrophe would have been a formula: the apostrophe is not
  part of it.

Whether the criteria are met is for the auditor to say: nothing here does.

Known limits of this package: {count}
{limits}"""


def readme(
    manifest: Manifest, key: VerifierKey, found: Sequence[Doubt], *, seed: str | None
) -> Iterator[bytes]:
    """The README, in UTF-8."""
    left_out = "".join(f"    {one.path}: {one.why}\n" for one in manifest.left_out)
    limits = "".join(f"  {one.reason}: {one.about}: {one.why}\n" for one in found)
    text = TEXT.format(
        company=manifest.company,
        start=manifest.start,
        end=manifest.end,
        edition=manifest.edition,
        key=key.encode(),
        checkpoint=manifest.checkpoint,
        aid=PLANNING_AID if seed else f"no seed was given yet ({PLANNING_AID})",
        count=len(found),
        left_out=left_out or "    nothing\n",
        limits=limits or "  none was found\n",
    )
    visible = "".join(
        c if c.isprintable() or c == "\n" else "\N{REPLACEMENT CHARACTER}" for c in text
    )
    yield visible.encode("utf-8", "backslashreplace")
