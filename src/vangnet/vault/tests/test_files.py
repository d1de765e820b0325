"""Sealed files, on disk and on an S3-compatible server: whole or not at all, and nothing readable at rest."""

import io
import logging
import os
from pathlib import Path

import pytest
from django.core.files.storage import storages
from django.core.files.uploadedfile import SimpleUploadedFile

from vangnet.config import environment
from vangnet.vault import files
from vangnet.vault.envelope import Tampered, new_key
from vangnet.vault.files import FileLost, StoreDown
from vangnet.vault.kinds import FileRefused

pytestmark = [pytest.mark.requirement("AVG-32"), pytest.mark.attack("A-34")]
KEY = new_key()
CANARY = b"Kanarie van den Berg 123456782"
CHUNK, TAG, HEADER = files.CHUNK, 16, 36
SIZES = [1, CHUNK - 1, CHUNK, CHUNK + 1, 2 * CHUNK, 2 * CHUNK + 7]


@pytest.fixture(scope="module")
def s3_server():
    from moto.server import ThreadedMotoServer

    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    yield "http://{}:{}".format(*server.get_host_and_port())
    server.stop()


@pytest.fixture
def disk(settings, tmp_path):
    settings.STORAGES = settings.STORAGES | {"vault": environment.vault_storage(tmp_path)}
    return Disk(tmp_path / "vault")


@pytest.fixture
def bucket(settings, tmp_path, s3_server, monkeypatch):
    (tmp_path / "s3.json").write_text('{"access_key": "voorbeeld", "secret_key": "voorbeeld"}')
    (tmp_path / "s3.json").chmod(0o600)
    monkeypatch.setenv("VANGNET_S3_BUCKET", f"kluis-{os.urandom(4).hex()}")
    monkeypatch.setenv("VANGNET_S3_ENDPOINT", s3_server)
    monkeypatch.setenv("VANGNET_S3_KEYS_FILE", str(tmp_path / "s3.json"))
    settings.STORAGES = settings.STORAGES | {"vault": environment.vault_storage(tmp_path)}
    client = storages["vault"].connection.meta.client
    client.create_bucket(Bucket=os.environ["VANGNET_S3_BUCKET"])
    return Bucket(client, os.environ["VANGNET_S3_BUCKET"])


class Disk:
    """The folder as who has the disk sees it."""

    def __init__(self, folder):
        self.folder = folder

    def read(self, name):
        return (self.folder / name).read_bytes()

    def write(self, name, content):
        (self.folder / name).write_bytes(content)

    def names(self):
        return [str(path.relative_to(self.folder)) for path in self.folder.rglob("*") if path.is_file()]


class Bucket:
    """The bucket as who manages the store sees it."""

    def __init__(self, client, name):
        self.client, self.name = client, name

    def read(self, name):
        return self.client.get_object(Bucket=self.name, Key=name)["Body"].read()

    def write(self, name, content):
        self.client.put_object(Bucket=self.name, Key=name, Body=content)

    def names(self):
        return [item["Key"] for item in self.client.list_objects_v2(Bucket=self.name).get("Contents", [])]


@pytest.fixture(params=["disk", "bucket"])
def store(request):
    return request.getfixturevalue(request.param)


def text(size):
    return (CANARY + b"\n") * (size // 31) + b"x" * (size % 31)


def put(content, filename="verslag.txt", key=KEY, context=b"item 1"):
    return files.put(key, content, filename=filename, context=context)


def read(stored, key=KEY, context=b"item 1"):
    return b"".join(files.open(key, stored.name, context=context))


# --- what holds in every store ---


@pytest.mark.parametrize("size", SIZES)
def test_a_file_comes_back_as_it_was_and_cannot_be_read_at_rest(store, size):
    stored = put(text(size))
    at_rest = store.read(stored.name)

    assert read(stored) == text(size)
    assert (stored.size, stored.kind, len(stored.digest)) == (size, "text/plain", 32)
    assert CANARY not in at_rest
    assert b"verslag" not in at_rest + stored.name.encode()
    assert store.names() == [stored.name]


def test_the_same_file_twice_shows_nothing_in_common(store):
    one, other = put(text(100)), put(text(100))

    assert one.name != other.name
    assert one.digest != other.digest
    blocks = [
        {sealed[at : at + 16] for at in range(4, 90)} for sealed in map(store.read, (one.name, other.name))
    ]
    assert not blocks[0] & blocks[1]


def test_another_key_context_or_name_opens_nothing(store):
    stored, other = put(text(100)), put(text(100))
    store.write(other.name, store.read(stored.name))

    for wrong in ({"key": new_key()}, {"context": b"item 2"}):
        with pytest.raises(Tampered):
            files.open(wrong.get("key", KEY), stored.name, context=wrong.get("context", b"item 1"))
    with pytest.raises(Tampered):
        read(other)


def chunks(sealed):
    body = sealed[HEADER:]
    return sealed[:HEADER], [body[at : at + CHUNK + TAG] for at in range(0, len(body), CHUNK + TAG)]


def joined(head, parts):
    return head + b"".join(parts)


SPOILED = {
    "two chunks swapped": lambda head, parts: joined(head, [parts[1], parts[0], *parts[2:]]),
    "a chunk left out": lambda head, parts: joined(head, [parts[0], *parts[2:]]),
    "a chunk twice": lambda head, parts: joined(head, [parts[0], parts[0], *parts[1:]]),
    "the last chunk cut off": lambda head, parts: joined(head, parts[:-1]),
    "only the last chunk": lambda head, parts: joined(head, parts[-1:]),
    "a byte cut off": lambda head, parts: joined(head, parts)[:-1],
    "a byte added": lambda head, parts: joined(head, parts) + b"\0",
    "the last chunk added again": lambda head, parts: joined(head, [*parts, parts[-1]]),
    "a bit flipped": lambda head, parts: joined(
        head, [parts[0], parts[1][:9] + b"\xff" + parts[1][10:], *parts[2:]]
    ),
    "another header": lambda head, parts: joined(b"VGF2" + head[4:], parts),
    "other random bytes": lambda head, parts: joined(head[:4] + bytes(32), parts),
    "the header alone": lambda head, parts: head,
    "half a header": lambda head, parts: head[:20],
    "nothing": lambda head, parts: b"",
}


@pytest.mark.parametrize("change", SPOILED)
@pytest.mark.parametrize("size", [2 * CHUNK + 7, 3 * CHUNK])
def test_a_spoiled_file_is_found_and_no_wrong_byte_is_given(disk, change, size):
    stored, given = put(text(size)), b""
    disk.write(stored.name, SPOILED[change](*chunks(disk.read(stored.name))))

    def receive():
        nonlocal given
        for part in files.open(KEY, stored.name, context=b"item 1"):
            given += part

    with pytest.raises(Tampered):
        receive()
    assert text(size).startswith(given)


def test_a_file_read_in_part_leaves_the_store_usable(store):
    stored = put(text(3 * CHUNK))
    next(files.open(KEY, stored.name, context=b"item 1"))

    assert read(stored) == text(3 * CHUNK)


def test_a_removed_file_is_gone_and_removing_it_again_is_no_error(store):
    stored = put(text(10))
    files.remove(stored.name)
    files.remove(stored.name)

    assert store.names() == []
    with pytest.raises(FileLost):
        read(stored)


@pytest.mark.parametrize(
    "name", ["../secrets/zone-keys.json", "/etc/passwd", "", "aa/" + "g" * 38, "aa/" + "0" * 38 + "\n"]
)
def test_only_names_that_were_given_here_are_taken(store, name):
    with pytest.raises(FileLost):
        files.open(KEY, name, context=b"")
    with pytest.raises(FileLost):
        files.remove(name)


def test_a_file_that_is_too_large_is_refused_while_it_streams_and_leaves_nothing(store, settings):
    settings.VAULT_MAX_FILE = 3 * 1024 * 1024

    class Endless(io.RawIOBase):
        given = 0

        def readable(self):
            return True

        def read(self, size=-1):
            self.given += size
            return b"a" * size

    endless = Endless()
    with pytest.raises(FileRefused, match="hoogstens 3 MB"):
        put(endless)
    with pytest.raises(FileRefused, match="hoogstens 3 MB"):
        put(b"a" * (settings.VAULT_MAX_FILE + 1))
    with pytest.raises(FileRefused, match="is leeg"):
        put(b"")
    assert endless.given < settings.VAULT_MAX_FILE + 2 * CHUNK
    assert store.names() == []
    assert put(b"a" * settings.VAULT_MAX_FILE).size == settings.VAULT_MAX_FILE


def test_the_limit_is_25_mb(settings):
    assert settings.VAULT_MAX_FILE == 25 * 1024 * 1024


def test_an_upload_of_a_form_can_be_put(store):
    upload = SimpleUploadedFile("verslag.txt", text(CHUNK + 1))
    upload.read(7)

    assert read(put(upload)) == text(CHUNK + 1)


# --- disk and bucket apart ---


def test_only_the_account_of_the_site_can_enter_the_folder(disk):
    stored = put(text(10))
    path = disk.folder / stored.name

    assert path.stat().st_mode & 0o777 == 0o600
    assert {folder.stat().st_mode & 0o777 for folder in (path.parent, disk.folder)} == {0o700}


def test_a_disk_that_cannot_be_written_is_told(settings, tmp_path):
    (tmp_path / "vault").write_text("no folder")
    settings.STORAGES = settings.STORAGES | {"vault": environment.vault_storage(tmp_path)}

    with pytest.raises(StoreDown):
        put(text(10))


def test_a_bucket_shows_nothing_of_a_file_and_is_not_public(bucket):
    stored = put(text(10))
    about = bucket.client.head_object(Bucket=bucket.name, Key=stored.name)
    grants = bucket.client.get_object_acl(Bucket=bucket.name, Key=stored.name)["Grants"]

    assert (about["ContentType"], about["CacheControl"], about["Metadata"]) == (
        "application/octet-stream",
        "no-store",
        {},
    )
    assert [grant["Grantee"]["Type"] for grant in grants] == ["CanonicalUser"]


def test_a_bucket_that_does_not_exist_keeps_nothing(settings, bucket, monkeypatch, tmp_path):
    monkeypatch.setenv("VANGNET_S3_BUCKET", "bestaat-niet")
    settings.STORAGES = settings.STORAGES | {"vault": environment.vault_storage(tmp_path)}

    with pytest.raises(StoreDown):
        put(text(10))


def test_a_store_that_does_not_answer_is_told(settings, bucket, monkeypatch, tmp_path):
    stored = put(text(10))
    monkeypatch.setenv("VANGNET_S3_ENDPOINT", "http://127.0.0.1:9")
    settings.STORAGES = settings.STORAGES | {"vault": environment.vault_storage(tmp_path)}

    for attempt in (lambda: put(text(10)), lambda: read(stored), lambda: files.remove(stored.name)):
        with pytest.raises(StoreDown, match="cannot be used"):
            attempt()


def test_a_file_of_a_wrong_kind_never_reaches_the_store(store):
    with pytest.raises(FileRefused):
        put(b"<svg onload='x'/>", "plaatje.png")
    assert store.names() == []


def test_nothing_is_written_in_plain_on_the_way(disk, tmp_path, monkeypatch):
    folder = tmp_path / "tmp"
    folder.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(folder))
    seen = []
    real = files.tempfile.TemporaryFile

    def remembered(*args, **kwargs):
        seen.append(real(*args, **kwargs))
        return seen[-1]

    monkeypatch.setattr(files.tempfile, "TemporaryFile", remembered)
    stream = io.BufferedReader(io.BytesIO(text(5 * CHUNK)))
    put(stream)

    assert len(seen) == 1
    assert not [path for path in Path(folder).rglob("*") if CANARY in path.read_bytes()]
