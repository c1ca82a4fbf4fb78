"""What is said about a run: names, tags that may change, properties that are written once."""

from __future__ import annotations

from typing import Any, Mapping

from runstead.run_state import RunState


class RunAttributes(RunState):
    """The attributes of a run."""

    @property
    def id(self) -> str:
        return str(self._document["id"])

    @property
    def number(self) -> int | None:
        """Its number within the experiment, from 1; None while a run that began without the server is not sent yet."""
        if self._document.get("number") is None and self._link.spool.is_sent:
            self._refresh()
        number = self._document.get("number")
        return None if number is None else int(number)

    @property
    def name(self) -> str:
        return str(self._known("name"))

    @property
    def display_name(self) -> str:
        return str(self._known("displayName"))

    @display_name.setter
    def display_name(self, display_name: str) -> None:
        self._change({"displayName": display_name})

    @property
    def description(self) -> str:
        return str(self._known("description"))

    @description.setter
    def description(self, description: str) -> None:
        self._change({"description": description})

    @property
    def type(self) -> str:
        return str(self._known("type"))

    @property
    def tags(self) -> dict[str, str | None]:
        """The tags as last read; see get_tags()."""
        return dict(self._known("tags"))

    @property
    def properties(self) -> dict[str, str]:
        """The properties as last read; see get_properties()."""
        return dict(self._known("properties"))

    def tag(self, key: str, value: str | None = None) -> None:
        """Tags the run with a key, or with a key and a value. The same key again changes the value."""
        self.set_tags({key: value})

    def set_tags(self, tags: Mapping[str, str | None] | str) -> None:
        """Adds tags or changes their values; tags that are not named stay."""
        given = {tags: None} if isinstance(tags, str) else tags
        self._change({"tags": {str(key): None if value is None else str(value) for key, value in given.items()}})

    def get_tags(self) -> dict[str, str | None]:
        """The tags as the server has them now."""
        return dict(self._refresh()["tags"])

    def remove_tags(self, tags: list[str] | str) -> None:
        self._change({"removeTags": [tags] if isinstance(tags, str) else [str(tag) for tag in tags]})

    def add_properties(self, properties: Mapping[str, str]) -> None:
        """Adds properties, which can never be changed: another value for a key that is there is refused by name."""
        if properties:
            self._change({"properties": {str(key): "" if value is None else str(value) for key, value in properties.items()}})

    def get_properties(self) -> dict[str, str]:
        """The properties as the server has them now."""
        return dict(self._refresh()["properties"])

    def get_params(self) -> dict[str, str]:
        """What log_params recorded."""
        return dict(self._refresh()["params"])

    def _change(self, body: dict[str, Any]) -> None:
        document = self._link.perform("PATCH", self._path(), body)
        if document is not None:
            self._document = document
            return
        # The change waits in the spool; what is read here shows it already.
        for field in ("displayName", "description"):
            if field in body:
                self._document[field] = body[field]
        for field in ("tags", "properties"):
            self._document[field] = {**self._document.get(field, {}), **body.get(field, {})}
        for key in body.get("removeTags", ()):
            self._document["tags"].pop(key, None)
