"""The product's tables as Django models, as far as the page of a circulation needs them."""

from django.db import models


class Row(models.Model):
    """A row of a table that Django neither makes nor changes."""

    class Meta:
        """Say so."""

        abstract = True
        managed = False
        app_label = "rows"


class Person(Row):
    """Who reads."""

    name = models.TextField()

    class Meta(Row.Meta):
        """Name the table."""

        db_table = "person"


class State(Row):
    """A State."""

    code = models.TextField()
    name = models.TextField()

    class Meta(Row.Meta):
        """Name the table."""

        db_table = "state"


class Circulation(Row):
    """A circulation."""

    symbol = models.TextField()
    title = models.TextField()
    status = models.TextField()
    deadline = models.DateTimeField()

    class Meta(Row.Meta):
        """Name the table."""

        db_table = "circulation"


class RosterState(Row):
    """A State on the roster."""

    circulation = models.ForeignKey(Circulation, models.DO_NOTHING)
    state = models.ForeignKey(State, models.DO_NOTHING)

    class Meta(Row.Meta):
        """Name the table."""

        db_table = "roster_state"


class Version(Row):
    """The text of an item."""

    title = models.TextField()
    status = models.TextField()

    class Meta(Row.Meta):
        """Name the table."""

        db_table = "version"


class CirculationItem(Row):
    """An item before the States."""

    circulation = models.ForeignKey(Circulation, models.DO_NOTHING)
    version = models.ForeignKey(Version, models.DO_NOTHING)
    position = models.IntegerField()

    class Meta(Row.Meta):
        """Name the table."""

        db_table = "circulation_item"


class Response(Row):
    """What a State said."""

    circulation = models.ForeignKey(Circulation, models.DO_NOTHING)
    version = models.ForeignKey(Version, models.DO_NOTHING)
    state = models.ForeignKey(State, models.DO_NOTHING)
    kind = models.TextField()

    class Meta(Row.Meta):
        """Name the table."""

        db_table = "response"
