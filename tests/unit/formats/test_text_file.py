import gzip
import io

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from gtl.errors import InputError
from gtl.formats.text_file import as_text, line_blocks, lines, writable

LINES = st.lists(st.text("ab ", max_size=9).map(str.encode), min_size=1, max_size=9)


@given(rows=LINES, block_bytes=st.integers(1, 9))
def test_blocks_hold_every_line_once(tmp_path_factory, rows, block_bytes):
    assume(rows[-1].strip())  # blank lines at the end are left out
    path = tmp_path_factory.mktemp("blocks") / "file"
    path.write_bytes(b"\n".join(rows) + b"\n")
    blocks = list(line_blocks(path, block_bytes))
    assert b"".join(blocks) == path.read_bytes()
    assert all(block.endswith(b"\n") for block in blocks)


@given(rows=LINES, blank=st.lists(st.sampled_from([b"", b" ", b"\r"]), max_size=5), block_bytes=st.integers(1, 9))
def test_blank_lines_are_left_out_at_the_end_only(tmp_path_factory, rows, blank, block_bytes):
    path = tmp_path_factory.mktemp("blocks") / "file"
    path.write_bytes(b"\n".join([*rows, b"x", *blank]))
    assert b"".join(line_blocks(path, block_bytes)) == b"\n".join([*rows, b"x", b""])


def test_a_file_of_blank_lines_is_refused(tmp_path):
    (tmp_path / "file").write_bytes(b"\r\n\n  \n")
    with pytest.raises(InputError, match="file: only blank lines"):
        list(lines(tmp_path / "file"))


@pytest.mark.parametrize("packed", [bytes, gzip.compress])
def test_a_byte_order_mark_is_left_out(tmp_path, packed):
    (tmp_path / "file").write_bytes(packed(b"\xef\xbb\xbfa\nb\n"))
    assert list(lines(tmp_path / "file")) == [(1, b"a"), (2, b"b")]


def test_lines_are_numbered_from_one(tmp_path):
    path = tmp_path / "file"
    path.write_bytes(b"a\r\n\nb")
    assert list(lines(path)) == [(1, b"a"), (2, b""), (3, b"b")]


def test_gzip_is_told_by_content_and_may_have_many_members(tmp_path):
    path = tmp_path / "plain_name.txt"
    path.write_bytes(gzip.compress(b"a\n") + gzip.compress(b"b\n"))
    assert list(lines(path)) == [(1, b"a"), (2, b"b")]


def test_a_truncated_gzip_file_is_refused(tmp_path):
    path = tmp_path / "cut.gz"
    path.write_bytes(gzip.compress(bytes(range(256)) * 99)[:-20])
    with pytest.raises(InputError, match=r"cut\.gz: gzip file is cut off or damaged"):
        list(lines(path))


def test_damaged_gzip_is_refused(tmp_path):
    path = tmp_path / "bad.gz"
    path.write_bytes(b"\x1f\x8bnot really gzip")
    with pytest.raises(InputError, match="cut off or damaged"):
        list(lines(path))


def test_a_folder_is_refused(tmp_path):
    with pytest.raises(InputError, match="cannot be read"):
        list(lines(tmp_path))


def test_bytes_that_are_not_text_are_refused():
    with pytest.raises(InputError, match="line 3: not text"):
        as_text(b"\xff\xfe", "line 3")


def test_an_open_file_stays_open(tmp_path):
    sink = io.BytesIO()
    with writable(sink) as file:
        file.write(b"x")
    assert not sink.closed
    with writable(tmp_path / "file") as file:
        file.write(b"x")
    assert file.closed
