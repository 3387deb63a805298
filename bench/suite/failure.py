"""The two ways in which the suite ends early: it could not do its work (125), or what it saw was wrong (1)."""


class Failure(Exception):
    """Says "what: why" in one line."""

    code = 125


class WrongData(Failure):
    """A measured run did not move the bytes that it should have, or not through the library under test."""

    code = 1
