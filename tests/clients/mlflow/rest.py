"""Plain requests to the paths of MLflow, and what its refusals look like."""

import requests


class Rest:
    """Plain requests to the paths of MLflow."""

    def __init__(self, url):
        self.url = url

    def __call__(self, method, path, json=None, **options):
        path = path if path.startswith("/") else "/api/2.0/mlflow/" + path
        return requests.request(method, self.url + path, json=json, timeout=30, **options)

    def get(self, path, **params):
        return self("GET", path, params=params)

    def post(self, path, **json):
        return self("POST", path, json=json)


def assert_refused(response, code, *words, status=400):
    """A refusal with this code and status, whose message holds the words."""
    assert (response.status_code, response.json().get("error_code")) == (status, code), response.text
    for word in words:
        assert word in response.json()["message"]
