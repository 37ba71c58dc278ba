from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from schemas.errors import BosphorusError
from streams.sources.owning import NAME, owned

HOLD = "import sys; from pathlib import Path; from streams.sources.owning import owned\nwith owned(Path(sys.argv[1])): print('held', flush=True); sys.stdin.read()"


def test_a_second_process_is_told_who_follows_already_and_may_once_that_has_ended(tmp_path: Path) -> None:
    directory = tmp_path / "data"
    with subprocess.Popen(
        [sys.executable, "-c", HOLD, str(directory)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as holder:
        assert holder.stdout
        assert holder.stdout.readline() == "held\n"
        with pytest.raises(BosphorusError, match=f"process {holder.pid}\\) follows sources"), owned(directory):
            pass
        holder.kill()
    with owned(directory):
        assert (directory / NAME).read_text() == str(os.getpid())


def test_a_directory_that_cannot_be_written_to_is_named(tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.touch()
    with pytest.raises(BosphorusError, match=r"BOSPHORUS_DATA_DIR=.*: can't be written to"), owned(file / "data"):
        pass
