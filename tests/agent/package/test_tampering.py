"""Whatever somebody does to a package who lacks its key, both verifiers tell, and where."""

import shutil
import subprocess
import sys
import zipfile
from itertools import count

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from agent.package import verifier
from agent.package.archive import Archive, Manifest, signed
from agent.package.verifier import MANIFEST, SIGNED_MANIFEST, Key
from agent.store.keys import SignerKey
from tests.agent.package.half_year import SIGNER, prove
from tests.dose import dose

AS_OFTEN_AS_IT_TAKES = settings(
    max_examples=dose(small=25, whole=1000),
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
pytestmark = [pytest.mark.proof, pytest.mark.timeout(dose(small=300, whole=3600))]
TRUE = Key(SIGNER.verifier.name, SIGNER.verifier.id.hex(), SIGNER.verifier.public)
FORGER = SignerKey.generate(SIGNER.name)
NUMBERS = count()


def contents(path):
    with zipfile.ZipFile(path) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def packed(folder, files):
    """The same archive with other files in it, as the forger would make it."""
    path = folder / f"forged{next(NUMBERS)}.zip"
    with path.open("wb") as file:
        archive = Archive(file)
        for name, content in files.items():
            archive.write(name, [content])
        archive._zip.close()
    return path


def offline(path, keys=(TRUE,)):
    return {problem.name for problem in verifier.Proof(verifier.files_of(path), keys).look()}


def online(path):
    told, _ = prove(path)
    return {one.entry for one in told if one.kind == "damage"}


def alone(path, *arguments, script=None):
    """The single file, on a machine that has Python and nothing of ours."""
    script = script or verifier.__file__
    return subprocess.run(
        [sys.executable, "-I", "-S", script, path, *arguments],
        capture_output=True,
        text=True,
        check=False,
        cwd="/",
    )


def test_an_untouched_package_tells_nothing(handed):
    assert offline(handed) == set()
    told, proof = prove(handed)
    assert told == []
    assert "verdicts performed again" in proof.summary


def test_it_verifies_without_anything_of_ours(handed, tmp_path):
    with zipfile.ZipFile(handed) as archive:
        archive.extractall(tmp_path)
    script = tmp_path / "verify.py"
    for path in (handed, tmp_path):
        done = alone(path, "--key", SIGNER.verifier.encode(), script=script)
        assert (done.returncode, done.stderr) == (0, ""), done.stdout
        assert "inclusion proofs" in done.stdout
        assert "own word" not in done.stdout
    assert "by the package's own word" in alone(handed, script=script).stdout


@given(data=st.data())
@AS_OFTEN_AS_IT_TAKES
def test_whatever_happens_to_a_file_is_told_under_its_name(handed, tmp_path, data):
    files = contents(handed)
    name = data.draw(st.sampled_from(sorted(files)))
    content = bytearray(files[name])
    possible = ["add", "remove", "rename", *(["change", "cut"] if content else [])]
    what = data.draw(st.sampled_from(possible))
    match what:
        case "change":
            place = data.draw(st.integers(0, len(content) - 1))
            content[place] ^= data.draw(st.integers(1, 255))
            files[name] = bytes(content)
        case "cut":
            files[name] = bytes(content[: data.draw(st.integers(0, len(content) - 1))])
        case "add":
            files[name] = bytes(content + data.draw(st.binary(min_size=1, max_size=9)))
        case "remove":
            del files[name]
        case "rename":
            files[f"{name}x"] = files.pop(name)

    forged = packed(tmp_path, files)

    named = {name} if name != SIGNED_MANIFEST else {name, MANIFEST}
    assert named & offline(forged)
    assert named & online(forged)
    forged.unlink()


@given(data=st.data())
@AS_OFTEN_AS_IT_TAKES
def test_a_file_that_nobody_signed_for_is_told(handed, tmp_path, data):
    files = contents(handed)
    name = data.draw(st.from_regex(r"[a-z]{1,8}/[a-z]{1,8}\.csv", fullmatch=True))
    forged = packed(tmp_path, {**files, name: b"more"})
    assert name in offline(forged)
    assert name in online(forged)
    forged.unlink()


@given(data=st.data())
@AS_OFTEN_AS_IT_TAKES
def test_no_byte_of_the_archive_itself_changes_what_is_read(handed, tmp_path, data):
    """A flipped byte is told, or what is read is the same to the byte."""
    content = bytearray(handed.read_bytes())
    content[data.draw(st.integers(0, len(content) - 1))] ^= data.draw(st.integers(1, 255))
    forged = tmp_path / "flipped.zip"
    forged.write_bytes(content)
    try:
        told = offline(forged)
    except ValueError:
        return
    assert told or contents(forged) == contents(handed)


def test_what_stands_before_or_behind_the_archive_is_told(handed, tmp_path):
    for name, content in {
        "before": b"x" + handed.read_bytes(),
        "behind": handed.read_bytes() + b"x",
    }.items():
        path = tmp_path / f"{name}.zip"
        path.write_bytes(content)
        assert alone(path).returncode == 1
        assert prove(path)[0]


def test_a_package_signed_by_another_key_is_not_believed(handed, tmp_path):
    files = contents(handed)
    files[SIGNED_MANIFEST] = signed(files[MANIFEST], FORGER)
    forged = packed(tmp_path, files)
    assert offline(forged) == {SIGNED_MANIFEST}
    assert offline(forged, keys=()) == {SIGNED_MANIFEST}
    assert online(forged) == {SIGNED_MANIFEST}


def test_a_package_of_one_piece_by_an_unknown_key_is_told_to_whoever_knows_the_true_one(handed):
    other = Key(FORGER.name, FORGER.verifier.id.hex(), FORGER.verifier.public)
    assert offline(handed, keys=(other,)) == {"log/checkpoint"}


def resealed(folder, files):
    """What a company would hand over that has the key, and something to hide."""
    path = folder / f"resealed{next(NUMBERS)}.zip"
    manifest = msgspec.json.decode(files[MANIFEST], type=Manifest)
    with path.open("wb") as file:
        archive = Archive(file)
        for name, content in files.items():
            if name not in verifier.SIGNED:
                archive.write(name, [content])
        archive.seal(manifest, SIGNER)
    return path


def without(content, row):
    lines = content.splitlines(keepends=True)
    return b"".join(line for at, line in enumerate(lines) if at != row)


def test_a_table_that_the_company_mended_is_told_by_working_it_out_again(handed, tmp_path):
    files = contents(handed)
    mended = ("results/verdicts.csv", "results/intervals.csv", "scope.csv", "access_log.csv")
    for name in mended:
        forged = resealed(tmp_path, {**files, name: without(files[name], 1)})
        assert offline(forged) == set()
        assert online(forged) == {name}


def test_a_row_missing_from_a_population_is_told_by_both(handed, tmp_path):
    files = contents(handed)
    name = next(one for one in files if one.startswith("populations/test.doors/"))
    forged = resealed(tmp_path, {**files, name: without(files[name], 1)})
    assert name in offline(forged)
    assert name in online(forged)


def test_a_sample_of_other_items_is_told_by_both(handed, tmp_path):
    files = contents(handed)
    name = next(one for one in files if one.startswith("samples/test.doors/"))
    forged = resealed(tmp_path, {**files, name: without(files[name], 1)})
    assert offline(forged) == {name}
    assert online(forged) == {name}


def test_evidence_of_the_window_that_is_left_out_is_told_by_both(handed, tmp_path):
    files = contents(handed)
    name = "evidence/index.csv"
    forged = resealed(tmp_path, {**files, name: without(files[name], 1)})
    assert offline(forged) == {name}
    assert online(forged) == {name}


def test_an_entry_of_the_log_that_is_another_is_told_even_under_the_true_key(handed, tmp_path):
    files = contents(handed)
    log = files[verifier.ENTRIES].replace(b"the caretaker", b"somebody else", 1)
    forged = resealed(tmp_path, {**files, verifier.ENTRIES: log})
    assert any(name.startswith("log/checkpoint") for name in offline(forged))


def test_a_folder_with_a_file_too_many_or_a_link_is_told(handed, tmp_path):
    with zipfile.ZipFile(handed) as archive:
        archive.extractall(tmp_path)
    (tmp_path / "evidence" / "more.csv").symlink_to(tmp_path / "scope.csv")
    assert offline(tmp_path) == {"evidence/more.csv"}
    shutil.rmtree(tmp_path / "results")
    assert "results/verdicts.csv" in offline(tmp_path)


def test_the_single_file_names_what_was_changed(handed, tmp_path):
    files = contents(handed)
    files["scope.csv"] = files["scope.csv"].splitlines(keepends=True)[0]
    forged = packed(tmp_path, files)
    done = alone(forged)
    assert done.returncode == 1
    assert done.stdout.startswith("scope.csv: its content is not what the manifest says")
