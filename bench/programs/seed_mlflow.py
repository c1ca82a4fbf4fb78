"""Puts runs with metrics, params and tags, and one long history, straight into the database of an MLflow server that is stopped.

    seed_mlflow.py <sqlite:///file or postgres://address> <experiment> <number of the first run> <runs> <points>

Prints the id of the run with the long history, where points are asked for.
"""

import io
import random
import sqlite3
import sys

RUNS_PER_TRANSACTION = 2_000
POINTS_PER_TRANSACTION = 50_000


class Sqlite:
    def __init__(self, file):
        self.database = sqlite3.connect(file)
        # A power cut may take what is put in: it is made anew then.
        self.database.execute("pragma synchronous = off")

    def columns_of(self, table):
        return [row[1] for row in self.database.execute(f"pragma table_info({table})")]

    def insert(self, table, names, rows):
        marks = ", ".join("?" for _ in names)
        self.database.executemany(f"insert into {table} ({', '.join(names)}) values ({marks})", rows)

    def commit(self):
        self.database.commit()

    def close(self):
        self.database.close()


class Postgres:
    def __init__(self, address):
        import psycopg2

        self.database = psycopg2.connect(address)
        self.cursor = self.database.cursor()

    def columns_of(self, table):
        self.cursor.execute("select column_name from information_schema.columns where table_name = %s", [table])
        return [row[0] for row in self.cursor.fetchall()]

    def insert(self, table, names, rows):
        text = io.StringIO()
        for row in rows:
            text.write("\t".join("\\N" if value is None else str(value) for value in row) + "\n")
        text.seek(0)
        self.cursor.copy_expert(f"copy {table} ({', '.join(names)}) from stdin", text)

    def commit(self):
        self.database.commit()

    def close(self):
        # What the database does by itself within a minute or so.
        self.database.autocommit = True
        self.cursor.execute("vacuum analyze")
        self.database.close()


def open_database(address):
    prefix = "sqlite:///"
    return Sqlite(address[len(prefix) :]) if address.startswith(prefix) else Postgres(address)


def run_row(index, experiment):
    return {
        "run_uuid": f"{index:032x}", "name": f"run {index}", "source_type": "UNKNOWN", "source_name": "", "entry_point_name": "",
        "user_id": "bench", "status": "FINISHED", "start_time": 1_700_000_000_000 + index, "end_time": 1_700_000_001_000 + index,
        "source_version": "", "lifecycle_stage": "active", "artifact_uri": "", "experiment_id": experiment, "deleted_time": None,
    }  # fmt: skip


def metric_row(run, key, value, timestamp, step):
    return {"run_uuid": run, "key": key, "value": value, "timestamp": timestamp, "step": step, "is_nan": False}


def insert_runs(database, experiment, indexes):
    metrics, params, tags = [], [], []
    for index in indexes:
        run = f"{index:032x}"
        for number in range(10):
            name = "acc" if number == 0 else f"metric_{number}"
            metrics.append(metric_row(run, name, random.random(), 1_700_000_000_000 + index, 0))
            params.append({"run_uuid": run, "key": "lr" if number == 0 else f"param_{number}", "value": f"0.{random.randrange(5)}"})
        tags.extend({"run_uuid": run, "key": f"tag_{number}", "value": "value"} for number in range(4))
        tags.append({"run_uuid": run, "key": "mlflow.runName", "value": f"run {index}"})
    insert(database, "runs", [run_row(index, experiment) for index in indexes])
    insert(database, "latest_metrics", metrics)
    insert(database, "metrics", metrics)
    insert(database, "params", params)
    insert(database, "tags", tags)
    database.commit()


def insert_long(database, experiment, index, points):
    run = f"{index:032x}"
    insert(database, "runs", [run_row(index, experiment)])
    for first in range(0, points, POINTS_PER_TRANSACTION):
        steps = range(first, min(points, first + POINTS_PER_TRANSACTION))
        insert(database, "metrics", [metric_row(run, "long", random.random(), 1_700_000_000_000 + step, step) for step in steps])
    insert(database, "latest_metrics", [metric_row(run, "long", 0.5, 1_700_000_000_000 + points - 1, points - 1)])
    database.commit()
    return run


def insert(database, table, rows):
    """Of each row what the table has a column for: releases of MLflow differ."""
    there = database.columns_of(table)
    names = [name for name in rows[0] if name in there]
    database.insert(table, names, [[row[name] for name in names] for row in rows])


def main(address, experiment, first, runs, points):
    random.seed(7)
    database = open_database(address)
    for begin in range(first, first + runs, RUNS_PER_TRANSACTION):
        insert_runs(database, experiment, range(begin, min(first + runs, begin + RUNS_PER_TRANSACTION)))
    if points:
        print(insert_long(database, experiment, first + runs, points))
    database.close()


if __name__ == "__main__":
    main(sys.argv[1], *map(int, sys.argv[2:]))
