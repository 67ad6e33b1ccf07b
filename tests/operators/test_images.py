"""What `make images` leaves: the images that it names, and nothing of ours without a name."""

import io
import subprocess
from pathlib import Path

import pytest
from docker.errors import ImageNotFound

BUILD = Path(__file__).parents[2] / "docker" / "build"


@pytest.fixture
def nameless(docker_engine):
    """Makes an image without a name that bears a label; removes what is left of it."""
    made = []

    def make(label):
        # Without a layer there is nothing to keep, and nothing to run.
        recipe = io.BytesIO(f"FROM scratch\nLABEL {label} made={len(made)}\n".encode())
        image, _ = docker_engine.images.build(fileobj=recipe, rm=True)
        made.append(image.id)
        return image.id

    yield make
    for image in made:
        try:
            docker_engine.images.remove(image)
        except ImageNotFound:
            continue


def test_a_build_removes_what_earlier_ones_left_without_a_name_and_nobody_else_s(docker_engine, plink_image, nameless):
    ours, other, theirs = nameless("gtl.image=plink"), nameless("gtl.image=gtl"), nameless("of=somebody")
    done = subprocess.run([BUILD, "plink"], capture_output=True, text=True, timeout=600)
    assert done.stdout.splitlines()[-1] == "built gtl/plink:1", done.stdout + done.stderr
    left = {image.id for image in docker_engine.images.list(all=True)}
    assert ours not in left
    assert {other, theirs} <= left
