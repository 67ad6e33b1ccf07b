import bz2
import gzip
import io
import lzma
import struct
import tarfile
import zipfile
import zlib

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from gtl.errors import InputError
from gtl.formats.text_file import as_text, line_blocks, lines, words, writable

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


def test_carriage_returns_alone_end_lines(tmp_path):
    (tmp_path / "file").write_bytes(b"a\tb\r1\t2\r3\t4\r")
    assert list(lines(tmp_path / "file")) == [(1, b"a\tb"), (2, b"1\t2"), (3, b"3\t4")]


def archive(*names):
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as file:
        for name in names:
            file.writestr(name, "x")
    return content.getvalue()


def tar(packed):
    content = io.BytesIO()
    with tarfile.open(fileobj=content, mode=packed) as file:
        file.addfile(tarfile.TarInfo("a.tsv"))
    return content.getvalue()


# what people take for text, and what they are told
KINDS = {
    "a spreadsheet": archive("[Content_Types].xml", "_rels/.rels", "xl/workbook.xml"),
    "a spreadsheet, not text": archive("mimetype", "content.xml"),
    "a spreadsheet, not text; save the sheet as CSV": bytes.fromhex("d0cf11e0a1b11ae1") + bytes(512),
    "compressed twice": gzip.compress(gzip.compress(b"IID y\n")),
    "a zip archive within another file": gzip.compress(archive("a.txt")),
    "an empty zip archive": archive(),
    "compressed by bzip2": bz2.compress(b"IID y\n"),
    "compressed by xz": lzma.compress(b"IID y\n"),
    "a tar archive": tar("w"),
    "a tar archive; unpack it": tar("w:gz"),
    "a web page": b"\n <!DOCTYPE html>\n<html><body>404</body></html>\n",
    "a web page, not the data": b"<HTML>\n",
    "R's own format": gzip.compress(b"RDX3\nX\n\0\0\0\3"),
    "R's own format, not text": gzip.compress(b"X\n\0\0\0\3\0\4"),
    "a pointer of Git LFS": b"version https://git-lfs.github.com/spec/v1\noid sha256:ab\n",
    "Parquet": b"PAR1\x15\x04" + bytes(9),
    "binary genotypes of PLINK": b"\x6c\x1b\x01\x0b",
}


@pytest.mark.parametrize("kind", KINDS)
def test_what_is_no_text_is_called_what_it_is(tmp_path, kind):
    (tmp_path / "table.txt").write_bytes(KINDS[kind])
    with pytest.raises(InputError, match=rf"table\.txt: {kind}"):
        list(lines(tmp_path / "table.txt"))


@pytest.mark.parametrize("text", [b"PAR1\t5\trs1\tA\tG\n", b"RDX1\tRDX2\n", b"X\nY\n", b"version\t1\n"])
def test_text_is_not_taken_for_another_kind(tmp_path, text):
    (tmp_path / "x.pvar").write_bytes(text)
    assert [line for _, line in lines(tmp_path / "x.pvar")] == text[:-1].split(b"\n")


def test_an_open_file_stays_open(tmp_path):
    sink = io.BytesIO()
    with writable(sink) as file:
        file.write(b"x")
    assert not sink.closed
    with writable(tmp_path / "file") as file:
        file.write(b"x")
    assert file.closed


BGZF_END = bytes.fromhex("1f8b08040000000000ff0600424302001b0003000000000000000000")


def bgzf_block(text):
    """One block of a bgzip file (SAM specification, 4.1)."""
    packer = zlib.compressobj(wbits=-15)
    packed = packer.compress(text) + packer.flush()
    head = b"\x1f\x8b\x08\x04\0\0\0\0\0\xff\x06\0BC\x02\0" + struct.pack("<H", len(packed) + 25)
    return head + packed + struct.pack("<II", zlib.crc32(text), len(text))


def test_a_bgzip_file_that_was_cut_between_two_blocks_is_refused(tmp_path):
    path = tmp_path / "x.gz"
    path.write_bytes(bgzf_block(b"one\n") + bgzf_block(b"two\n") + BGZF_END)
    assert [line for _, line in lines(path)] == [b"one", b"two"]
    path.write_bytes(bgzf_block(b"one\n"))
    with pytest.raises(InputError, match=r"x\.gz: bgzip file is cut off \(its last block is absent\); copy"):
        list(lines(path))


def test_a_gzip_file_that_is_no_bgzip_file_needs_no_last_block(tmp_path):
    (tmp_path / "x.gz").write_bytes(gzip.compress(b"one\n") + gzip.compress(b"two\n"))
    assert [line for _, line in lines(tmp_path / "x.gz")] == [b"one", b"two"]


@pytest.mark.parametrize("name", ["a.txt", "folder/a b.txt", "../../etc/a.txt"])
def test_of_an_archive_its_only_file_is_read_and_nothing_is_written(tmp_path, name):
    with zipfile.ZipFile(tmp_path / "x.zip", "w") as archive:
        archive.writestr("folder/", "")
        archive.writestr(name, "one\ntwo\n")
        archive.writestr("__MACOSX/folder/._a.txt", b"\0")
    assert [line for _, line in lines(tmp_path / "x.zip")] == [b"one", b"two"]
    assert [path.name for path in tmp_path.iterdir()] == ["x.zip"]


@pytest.mark.parametrize(("names", "message"), [(["a", "b"], "of 2 files .'a', 'b'"), (["__MACOSX/a"], "of 0 files")])
def test_an_archive_of_several_files_or_none_is_refused(tmp_path, names, message):
    with zipfile.ZipFile(tmp_path / "x.zip", "w") as archive:
        for name in names:
            archive.writestr(name, "text")
    with pytest.raises(InputError, match=message):
        list(lines(tmp_path / "x.zip"))


def test_a_damaged_archive_is_refused(tmp_path):
    (tmp_path / "x.zip").write_bytes(b"PK\x03\x04 and no more")
    with pytest.raises(InputError, match=r"x\.zip: zip file cannot be read"):
        list(lines(tmp_path / "x.zip"))


def test_a_comment_may_be_in_any_encoding_and_nothing_else(tmp_path):
    assert as_text("##Ren\u00e9".encode("latin-1"), "line 1").startswith("##Ren")
    with pytest.raises(InputError, match="not text in UTF-8; if it is text of another encoding, convert it"):
        as_text("Ren\u00e9".encode("latin-1"), "line 1")
    with pytest.raises(InputError, match="save UTF-16 as UTF-8"):
        as_text("Ren\u00e9".encode("utf-16"), "line 1")


def test_words_have_no_quotation_marks():
    assert words('"rs1" 7\t"" "A"') == ["rs1", "7", "", "A"]
