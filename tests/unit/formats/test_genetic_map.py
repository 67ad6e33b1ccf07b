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


def test_reads_hapmap_layout(tmp_path):
    path = written(tmp_path, "Chromosome\tPosition(bp)\tRate(cM/Mb)\tMap(cM)\nchr21\t100\t9\t0\nchr21\t200\t9\t3\n")
    assert read_genetic_map(path, "21").cm.tolist() == [0, 3]


def test_reads_windows_line_ends_and_no_last_newline(tmp_path):
    assert read_genetic_map(written(tmp_path, "pos chr cM\r\n1 21 0\r\n2 21 1"), "21").pos.tolist() == [1, 2]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("100 2.5 0\n200 5 1\n", "line 1: header '100 2.5 0' is not that of a genetic map"),
        ("pos chr cM\n100 21\n", "line 2: 2 columns, expected 3"),
        ("pos chr cM\n100 21 0\n200 21 x\n", "line 3: position '200' and centimorgans 'x' must be numbers"),
        ("pos chr cM\n100 21 0\n50 21 1\n", "line 3: position 50 at 1.0 cM comes after 100"),
        ("pos chr cM\n100 21 2\n150 21 1\n", "line 3: position 150 at 1.0 cM comes after 100 at 2.0 cM"),
        ("pos chr cM\n100 20 2\n", "no rows of chromosome 21; it has 20"),
        ("pos chr cM\n", "no rows of chromosome 21"),
        ("pos chr cM\n100 21 nan\n200 21 1\n", "row 1: centimorgans are nan"),
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
