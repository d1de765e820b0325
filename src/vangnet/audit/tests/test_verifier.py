"""A changed log is found, and the verifier says where (A-16)."""

import json
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest
from django.utils import timezone

from vangnet.audit import checkpoints, delivery, reading, verifier
from vangnet.audit.tests.forging import forger, rechain
from vangnet.audit.verifier import Kind

pytestmark = pytest.mark.attack("A-16")


@pytest.fixture
def anchored(installation, write, settings):
    """A log with a checkpoint halfway and one at the end; gives its number of rows."""
    write(5)
    delivery.checkpoint_now()
    write(5)
    one, _ = delivery.checkpoint_now()
    return one.number


@pytest.fixture
def check(installation, settings, tmp_path):
    """Export the log and check it as an auditor does: by the one file, in a Python without Vangnet."""
    runs = iter(range(100))

    def check(*options, export=None):
        number = next(runs)
        key = tmp_path / f"public-{number}.pem"
        key.write_text(checkpoints.public_pem())
        if export is None:
            export = tmp_path / f"log-{number}.jsonl"
            reading.write_export(export, settings.OWNER_URL)
        options = options or ("--checkpoints", str(settings.CHECKPOINT_FOLDER), "--key", str(key))
        command = [sys.executable, "-I", verifier.__file__, str(export), *options]
        done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=tmp_path)
        assert "Traceback" not in done.stderr
        return done.returncode, done.stdout + done.stderr

    return check


def faults(output):
    return [line.split(": ")[0].removeprefix("FAULT ") for line in output.splitlines() if "FAULT" in line]


def test_a16_an_untouched_log_is_sound(anchored, check):
    code, output = check()

    assert (code, faults(output)) == (0, [])
    assert f"sound: {anchored} rows, the last has number {anchored}; 2 checkpoints" in output


def test_a16_an_edited_row_is_named(installation, anchored, check):
    with forger(installation) as owner:
        owner.execute(
            "UPDATE audit_event SET by = gen_random_uuid()"
            " WHERE id = (SELECT event_id FROM audit_link WHERE number = 7)"
        )
    code, output = check()

    assert code == 1
    assert faults(output) == ["edited"]
    assert "row 7 was edited" in output


@pytest.mark.parametrize("tables", [("audit_event",), ("audit_event", "audit_link")])
def test_a16_a_deleted_row_is_named(installation, anchored, check, tables):
    with forger(installation) as owner:
        (event,) = owner.execute("SELECT event_id FROM audit_link WHERE number = 7").fetchone()
        for table in tables:
            column = "id" if table == "audit_event" else "event_id"
            owner.execute(f"DELETE FROM {table} WHERE {column} = %s", [event])
    code, output = check()

    assert (code, faults(output)) == (1, ["deleted"])
    assert "row 7 was deleted" in output


def test_a16_a_cut_tail_shows_by_the_last_checkpoint(installation, anchored, check):
    with forger(installation) as owner:
        owner.execute(
            "DELETE FROM audit_event WHERE id IN (SELECT event_id FROM audit_link WHERE number > %s)",
            [anchored - 3],
        )
        owner.execute("DELETE FROM audit_link WHERE number > %s", [anchored - 3])
    code, output = check()

    assert (code, faults(output)) == (1, ["cut"])
    assert f"the tail was cut after row {anchored - 3}" in output


def test_a16_a_full_rewrite_shows_by_the_first_checkpoint_that_differs(installation, anchored, check):
    with forger(installation) as owner:
        (event,) = owner.execute("SELECT event_id FROM audit_link WHERE number = 2").fetchone()
        owner.execute("UPDATE audit_event SET subject = 'nobody' WHERE id = %s", [event])
        rechain(owner, 2)
    code, output = check()

    assert (code, faults(output)) == (1, ["rewritten"])
    assert f"at row {anchored - 5} it is not what checkpoint-" in output


def test_a16_a_removed_row_with_everything_after_it_renumbered_is_a_rewrite(installation, anchored, check):
    with forger(installation) as owner:
        (event,) = owner.execute(
            "SELECT event_id FROM audit_link WHERE number = %s", [anchored - 3]
        ).fetchone()
        owner.execute("DELETE FROM audit_event WHERE id = %s", [event])
        owner.execute("DELETE FROM audit_link WHERE event_id = %s", [event])
        rechain(owner, anchored - 3)
    code, output = check()

    assert (code, faults(output)) == (1, ["cut"]), "the log is a row shorter than the checkpoint says"


def test_a16_without_checkpoints_a_rewrite_does_not_show_and_the_verifier_says_so(
    installation, anchored, check, settings, tmp_path
):
    with forger(installation) as owner:
        owner.execute("DELETE FROM audit_link WHERE number > 20")
        owner.execute("DELETE FROM audit_event WHERE id NOT IN (SELECT event_id FROM audit_link)")
    export = tmp_path / "bare.jsonl"
    reading.write_export(export, settings.OWNER_URL)
    result = verifier.check_export(export, None, None)

    assert result.is_sound
    assert [note.kind for note in result.notes] == [Kind.UNANCHORED]


def test_a16_a_row_past_the_chain_is_found(installation, anchored, check):
    with forger(installation) as owner:
        owner.execute(
            "INSERT INTO audit_event (recorded_at, verb, subject, at, details)"
            " VALUES (now(), 'test.sly', 'x', now(), '{}')"
        )
    code, output = check()

    assert (code, faults(output)) == (1, ["unlinked"])


def test_a16_a_row_put_between_others_is_named(anchored, check, settings, tmp_path):
    export = tmp_path / "inserted.jsonl"
    reading.write_export(export, settings.OWNER_URL)
    rows = [json.loads(line) for line in export.read_text().splitlines()]
    before = rows[4]
    line = before["line"].replace("[5, ", "[6, ", 1)
    hash_ = verifier.hashlib.sha256(bytes.fromhex(before["hash"]) + line.encode()).hexdigest()
    sly = {"number": 6, "previous": before["hash"], "hash": hash_, "line": line}
    for row in rows[5:]:
        row["line"] = row["line"].replace(f"[{row['number']}, ", f"[{row['number'] + 1}, ", 1)
        row["number"] += 1
    export.write_text("".join(json.dumps(row) + "\n" for row in [*rows[:5], sly, *rows[5:]]))
    code, output = check(export=export)

    assert code == 1
    assert "row 6 was inserted" in output


def test_a16_the_number_of_a_row_cannot_be_changed_beside_its_line(anchored, check, settings, tmp_path):
    export = tmp_path / "twice.jsonl"
    reading.write_export(export, settings.OWNER_URL)
    lines = export.read_text().splitlines(keepends=True)
    export.write_text("".join([*lines[:9], lines[4], *lines[9:]]))

    assert "row 5 was inserted: the number is there twice" in check(export=export)[1]


def test_a16_a_checkpoint_with_another_signature_is_named(anchored, check, settings):
    path = sorted(settings.CHECKPOINT_FOLDER.iterdir())[0]
    values = json.loads(path.read_text())
    path.write_text(json.dumps(values | {"number": values["number"] - 1}))
    code, output = check()

    assert code == 1
    assert f"{path.name} is not signed with this key" in output


def test_a16_a_missing_checkpoint_in_the_middle_is_named(anchored, write, check, settings):
    write()
    delivery.checkpoint_now()
    first, middle, last = sorted(settings.CHECKPOINT_FOLDER.iterdir())
    middle.unlink()
    code, output = check()

    assert (code, faults(output)) == (1, ["missing"])
    assert f"between {first.name} and {last.name} a checkpoint is missing" in output


def test_a16_a_checkpoint_of_the_future_is_named(anchored, write, check):
    write()
    one = checkpoints.take(at=timezone.now() + timedelta(days=400))
    delivery.deliver(at=timezone.now())
    code, output = check()

    assert (code, faults(output)) == (1, ["future"])
    assert f"{one}.json is dated" in output


def test_a16_a_clock_set_back_is_noted(installation, anchored, check):
    with forger(installation) as owner:
        owner.execute(
            "INSERT INTO audit_event (recorded_at, verb, subject, at, details)"
            " VALUES (now() - interval '3 days', 'test.back', 'x', now(), '{}') RETURNING id"
        )
        owner.execute("SELECT audit_add_link(e) FROM audit_event e WHERE verb = 'test.back'")
    code, output = check()

    assert code == 0
    assert f"note clock: row {anchored + 1}" in output


@pytest.mark.parametrize(
    "content",
    [
        "not json\n",
        "[1, 2]\n",
        '{"number": "1", "previous": "", "hash": "", "line": "x"}\n',
        '{"number": 1, "previous": "zz", "hash": "", "line": "x"}\n',
        '{"number": 1}\n',
        '{"number": 1, "previous": "", "hash": "", "line": 7}\n',
        "[" * 100_000 + "\n",
        "\x00\n",
    ],
)
def test_unusable_input_is_no_verdict(anchored, check, tmp_path, content):
    export = tmp_path / "bad.jsonl"
    export.write_text(content)
    code, output = check(export=export)

    assert code == 2
    assert output.startswith("cannot check: line 1 of")


def test_unusable_keys_and_folders_are_no_verdict(anchored, check, tmp_path, settings):
    folder, empty = str(settings.CHECKPOINT_FOLDER), tmp_path / "empty"
    empty.mkdir()
    not_a_key = tmp_path / "key.txt"
    not_a_key.write_text("hello")
    key = tmp_path / "good.pem"
    key.write_text(checkpoints.public_pem())

    assert check("--checkpoints", folder)[0] == 2
    assert check("--checkpoints", folder, "--key", str(not_a_key))[0] == 2
    assert check("--checkpoints", folder, "--key", str(tmp_path / "none.pem"))[0] == 2
    assert check("--checkpoints", str(empty), "--key", str(key))[0] == 2
    assert check(export=Path("/nonexistent.jsonl"))[0] == 2


def test_the_nightly_check_finds_the_same(installation, anchored):
    assert reading.verify_here(at=timezone.now()).faults == []
    with forger(installation) as owner:
        owner.execute(
            "UPDATE audit_event SET subject = 'x'"
            " WHERE id = (SELECT event_id FROM audit_link WHERE number = 9)"
        )
    found = reading.verify_here(at=timezone.now())

    assert [(fault["kind"], fault["number"]) for fault in found.faults] == [("edited", 9)]
    assert found.rows == anchored
