"""The translation of Kusto held against another one (duckdb-kql), and against rows that were checked by hand where that has none."""

import datetime
import decimal
import json
import math
import pathlib
import re
import urllib.error
import urllib.request

import duckdb_kql
import pytest

HERE = pathlib.Path(__file__).parent
AGREEING = (HERE / "agreeing.kql").read_text().strip().split("\n\n")
CHECKED = json.loads((HERE / "checked.json").read_text())


@pytest.fixture(scope="module")
def ask(server):
    post(server.url + "/api/v1/workspaces", {"name": "kql"})
    return lambda query: post(server.url + "/api/v1/workspaces/kql/query", {"query": query})


def post(url, body):
    request = urllib.request.Request(url, json.dumps(body).encode(), {"Content-Type": "application/json"})
    try:
        with urllib.request.urlopen(request) as reply:
            return json.load(reply)
    except urllib.error.HTTPError as error:
        raise AssertionError(error.read().decode()) from None


def canonical(value):
    """A value as both sides can be compared: times to the microsecond, numbers to nine digits, dynamic values as what they say."""
    if isinstance(value, bool) or value is None:
        return value
    if isinstance(value, datetime.datetime):
        return value.replace(tzinfo=None).isoformat()
    if isinstance(value, datetime.timedelta):
        return value.total_seconds()
    if isinstance(value, (int, float, decimal.Decimal)):
        number = float(value)
        return float(f"{number:.9g}") if math.isfinite(number) else {"nan": "NaN", "inf": "Infinity", "-inf": "-Infinity"}[str(number)]
    if isinstance(value, dict):
        return {name: canonical(one) for name, one in value.items()}
    if isinstance(value, list):
        return [canonical(one) for one in value]
    return canonical_text(str(value))


def canonical_text(text):
    span = re.fullmatch(r"(-?)(?:(\d+)\.)?(\d\d):(\d\d):(\d\d)(?:\.(\d{7}))?", text)
    if span:
        sign, days, hours, minutes, seconds, fraction = span.groups()
        total = ((int(days or 0) * 24 + int(hours)) * 60 + int(minutes)) * 60 + int(seconds) + int(fraction or 0) / 1e7
        return -total if sign else total
    moment = re.fullmatch(r"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.(\d{1,7}))?Z", text)
    if moment:
        parsed = datetime.datetime.fromisoformat(moment[1])
        return parsed.replace(microsecond=int((moment[2] or "0").ljust(7, "0")) // 10).isoformat()
    if text[:1] in "[{":
        try:
            return canonical(json.loads(text))
        except ValueError:
            return text
    return text


def rows_of(rows):
    # An absent text is empty to Kusto, and null to DuckDB.
    shown = [["" if value is None else canonical(value) for value in row] for row in rows]
    return sorted(shown, key=repr)


@pytest.mark.parametrize("query", AGREEING, ids=range(len(AGREEING)))
def test_both_translations_give_the_same(ask, query):
    answer = ask(query)
    other = duckdb_kql.kql(duckdb_kql.connect(), query)
    assert [column["name"] for column in answer["columns"]] == list(other.columns)
    assert rows_of(answer["rows"]) == rows_of(other.fetchall())


@pytest.mark.parametrize("case", CHECKED, ids=range(len(CHECKED)))
def test_rows_are_those_that_were_checked(ask, case):
    assert rows_of(ask(case["query"])["rows"]) == rows_of(case["rows"])
