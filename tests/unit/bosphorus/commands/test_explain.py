from __future__ import annotations

import json

from click.testing import CliRunner

from bosphorus.commands.explain import command

ARTICLE = json.dumps({"title": "France accuses Russia of election interference", "published_at": "2023-05-12"})


def test_it_explains_an_article_from_standard_input() -> None:
    result = CliRunner().invoke(command, ["-"], input=ARTICLE)

    assert result.exit_code == 0
    assert "ACCUSE 112" in result.output
    assert "RUS said to interfere in FRA" in result.output


def test_html_is_one_page() -> None:
    result = CliRunner().invoke(command, ["--html", "-"], input=ARTICLE + "\n" + ARTICLE)

    assert result.output.count("<article>") == 2
    assert result.output.startswith("<!doctype html>")


def test_a_line_that_is_no_article_is_named_and_the_rest_explained() -> None:
    result = CliRunner().invoke(command, ["-"], input="{broken\n" + ARTICLE)

    assert result.exit_code == 0
    assert "<stdin>:1:" in result.stderr
    assert "ACCUSE" in result.stdout
