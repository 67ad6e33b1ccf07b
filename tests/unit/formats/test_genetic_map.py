import gzip

import numpy as np
import pytest

from gtl.domain.genetic_map import GeneticMap
from gtl.errors import InputError
from gtl.formats.genetic_map import read_genetic_map, write_genetic_map


def written(tmp_path, text, name="map.txt"):
    path = tmp_path / name
    path.write_bytes(gzip.compress(text.encode()) if name.endswith("gz") else text.encode())
    return path


@pytest.mark.parametrize("name", ["map.txt", "map.txt.gz"])
def test_reads_hapgen2_layout(tmp_path, name):
    text = "position COMBINED_rate(cM/Mb) Genetic_Map(cM)\n100 2.5 0\n200 5 0.25\n300 0 0.75\n"
    found = read_genetic_map(written(tmp_path, text, name), "21")
    assert found.pos.tolist() == [100, 200, 300]
    assert found.cm.tolist() == [0, 0.25, 0.75]


def test_reads_pos_chr_cm_and_keeps_one_chromosome(tmp_path):
    path = written(tmp_path, "pos\tchr\tcM\n5\t20\t7\n100\t21\t0\n200\t21\t1.5\n")
    assert read_genetic_map(path, "chr21").cm.tolist() == [0, 1.5]


@pytest.mark.parametrize(("written_as", "asked"), [("23", "X"), ("chrX", "23"), ("26", "MT"), ("01", "1")])
def test_a_chromosome_is_the_same_by_all_its_names(tmp_path, written_as, asked):
    path = written(tmp_path, f"chr position rate Genetic_Map(cM)\n{written_as} 5 1 0\n{written_as} 9 1 2\n")
    assert read_genetic_map(path, asked).cm.tolist() == [0, 2]


@pytest.mark.parametrize("separator", ["\t", " "])
def test_reads_the_maps_of_plink_and_beagle(tmp_path, separator):
    rows = ("20 . 5 90", "chr21 . 0 100", "21 rs5 1.5 2e+02")
    path = written(tmp_path, "".join(f"{row.replace(' ', separator)}\n" for row in rows), "plink.chr21.map")
    found = read_genetic_map(path, "21")
    assert (found.pos.tolist(), found.cm.tolist()) == ([100, 200], [0, 1.5])


def test_quotation_marks_of_r_are_left_out(tmp_path):
    path = written(tmp_path, '"position" "COMBINED_rate(cM/Mb)" "Genetic_Map(cM)"\n100 1 0\n200 1 2\n')
    assert read_genetic_map(path, "21").pos.tolist() == [100, 200]


def test_reads_hapmap_layout(tmp_path):
    path = written(tmp_path, "Chromosome\tPosition(bp)\tRate(cM/Mb)\tMap(cM)\nchr21\t100\t9\t0\nchr21\t200\t9\t3\n")
    assert read_genetic_map(path, "21").cm.tolist() == [0, 3]


def test_reads_windows_line_ends_and_no_last_newline(tmp_path):
    assert read_genetic_map(written(tmp_path, "pos chr cM\r\n1 21 0\r\n2 21 1"), "21").pos.tolist() == [1, 2]


def test_reads_positions_as_r_writes_them(tmp_path):
    found = read_genetic_map(written(tmp_path, "pos chr cM\n1e+05 21 0\n1.25e6 21 1\n10000000 21 2\n"), "21")
    assert found.pos.tolist() == [100_000, 1_250_000, 10_000_000]


def test_reads_a_byte_order_mark_and_a_blank_line_at_the_end(tmp_path):
    found = read_genetic_map(written(tmp_path, "\ufeffpos chr cM\n100 21 0\n200 21 1\n\n"), "21")
    assert found.pos.tolist() == [100, 200]


def test_a_map_that_does_not_cover_the_region_names_its_file(tmp_path):
    found = read_genetic_map(written(tmp_path, "pos chr cM\n100 21 0\n200 21 1\n"), "21")
    with pytest.raises(InputError, match=r"map\.txt: genetic map covers positions 100 to 200, but the variants lie"):
        found.centimorgans(np.array([900]))


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("100 2.5 0\n200 5 1\n", "line 1: header '100 2.5 0' is not that of a genetic map"),
        ("pos chr cM\n100 21\n", "line 2: 2 columns, expected 3"),
        ("pos chr cM\n100 21 0\n200 21 x\n", "line 3: centimorgans 'x' are not a number; expected `position"),
        ("pos chr cM\n100 21 0\n50 21 1\n", "line 3: position 50 at 1.0 cM comes after 100"),
        ("pos chr cM\n100 21 2\n150 21 1\n", "line 3: position 150 at 1.0 cM comes after 100 at 2.0 cM"),
        ("pos chr cM\n100 20 2\n", "no rows of chromosome 21; it has 20"),
        ("pos chr cM\n", "no rows of chromosome 21"),
        ("pos chr cM\n100 21 0\n\n200 21 1\n", "line 3: 0 columns, expected 3"),
        ("pos chr cM\n100 21 nan\n200 21 1\n", "map.txt: line 2: centimorgans are nan, expected a finite number"),
        ("pos chr cM\n100 21 0\n200 21 inf\n", "map.txt: line 3: centimorgans are inf, expected a finite number"),
        ("pos chr cM\n100 21 0\n", "map.txt: genetic map: 1 row"),
        ("pos chr cM\nx 21 0\n", "line 2: position 'x' is not a whole number"),
        ("pos chr cM\n1.5e0 21 0\n", "line 2: position '1.5e0' is not a whole number"),
        ("pos chr cM\n1e20 21 0\n", "line 2: position '10+[.]*' is above 2147483647"),
        ("pos chr cM\n99999999999999999999 21 0\n", "line 2: position '99999999999999999999' is above 2147483647"),
        ("", "file is empty"),
    ],
)
def test_bad_maps_are_refused(tmp_path, text, message):
    with pytest.raises(InputError, match=message):
        read_genetic_map(written(tmp_path, text), "21")


def test_a_missing_map_is_named(tmp_path):
    with pytest.raises(InputError, match=r"absent\.map: no such file"):
        read_genetic_map(tmp_path / "absent.map", "21")


def test_reads_the_real_map(shared):
    found = read_genetic_map(shared / "data/genetic_maps/chr21.b37.gmap.gz", "21")
    assert (found.pos[0], found.pos[-1]) == (10865933, 48100155)
    assert (found.cm[0], found.cm[-1]) == (0, 62.786478)


def test_writes_hapgen2_layout(tmp_path):
    genetic_map = GeneticMap(np.array([100, 200, 200, 400]), np.array([0, 0.25, 0.25, 0.75]))
    write_genetic_map(genetic_map, tmp_path / "out.map")
    assert (tmp_path / "out.map").read_text() == (
        "position COMBINED_rate(cM/Mb) Genetic_Map(cM)\n100 2500 0\n200 0 0.25\n200 2500 0.25\n400 0 0.75\n"
    )
    again = read_genetic_map(tmp_path / "out.map", "21")
    assert again.pos.tolist() == genetic_map.pos.tolist()
    assert again.cm.tolist() == genetic_map.cm.tolist()
