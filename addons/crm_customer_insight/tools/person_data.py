"""How the rows of a model follow a person who is merged or erased; declared once per model.

A model with a person in it says ``_person_data = PersonData(…)``. The partner merge, the privacy
look-up and the erasure read the declaration; a conformity test fails for a model without one.
"""

from dataclasses import dataclass

#: What becomes of the rows of a contact that is merged into another.
MERGES = ("move", "keep_best", "sum", "recompute")
#: What becomes of the rows of a person who is erased.
ERASURES = ("delete", "blank", "keep")


@dataclass(frozen=True)
class PersonData:
    """Declaration of one model.

    :param merge: ``move``: rows go to the other contact. ``keep_best``: as ``move``, but of rows
        with the same *key* only the first by *order* stays. ``sum``: rows with the same *key* are
        added up. ``recompute``: rows are deleted, for they are computed from others.
    :param key: SQL expressions that, with the partner, are unique
    :param where: SQL condition under which they are (that of the partial index)
    :param order: SQL order in which the first row wins
    :param loser: SQL assignment for the others, for example ``active = FALSE``; else they are
        deleted
    :param earliest, latest: columns of which a sum takes the least and the greatest value
    :param averages: columns that cannot be added; they stay as they are in the row that stays
    :param person: many2one columns by which a row belongs to a person; the other columns that
        point to contacts move in a merge and do not count in a look-up or erasure
    :param reference: columns ``(model, id)`` that may name a contact as document
    :param reference_key: columns that, with the document, are unique
    :param erase: ``delete``: the rows go. ``blank``: the rows stay without *blank*. ``keep``: they
        stay as they are, for they hold figures that say nothing once the contact has no name
    :param blank: columns with words, addresses and numbers of the person
    :param mark: boolean column that tells that a row was blanked
    :param email, number: columns with the address or number of a person who is no contact yet
    """

    merge: str = "move"
    key: tuple[str, ...] = ()
    where: str = "TRUE"
    order: str = "id"
    loser: str = ""
    earliest: tuple[str, ...] = ()
    latest: tuple[str, ...] = ()
    averages: tuple[str, ...] = ()
    person: tuple[str, ...] = ("partner_id",)
    reference: tuple[str, ...] = ()
    reference_key: tuple[str, ...] = ()
    erase: str = "delete"
    blank: tuple[str, ...] = ()
    mark: str = ""
    email: str = ""
    number: str = ""

    def __post_init__(self):
        if self.merge not in MERGES or self.erase not in ERASURES:
            raise ValueError(f"Unknown way: {self.merge}, {self.erase}")
        if self.merge in ("keep_best", "sum") and not self.key:
            raise ValueError(f"{self.merge} needs a key")
        if (self.erase == "blank") != bool(self.blank):
            raise ValueError("blank needs columns, and columns need blank")
        if not (self.person or self.reference or self.email or self.number):
            raise ValueError("Nothing tells whose the rows are")
