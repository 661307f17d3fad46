"""What the tests of access have in common; the tests of other addons import it."""

import inspect

from odoo.exceptions import AccessError, UserError
from odoo.service.model import call_kw

OPERATIONS = {"r": "read", "w": "write", "c": "create", "u": "unlink"}
#: How the names of our addons begin.
SUITE = ("crm_customer_insight", "crm_campaign_roi", "crm_service_levels")
#: Of Odoo, overridden: their rights are those of the model.
INHERITED = {"create", "write", "unlink", "copy_data"}


def addon_of(model, cls):
    """The addon whose tests of access know the methods that *cls* gives to *model*.

    It is the one that *cls* is written in; methods of our mixins in a model of ours are those of
    the model's addon.
    """
    owner = model._original_module or ""
    addon = cls.__module__.removeprefix("odoo.addons.").partition(".")[0]
    mixin = str(getattr(cls, "_name", "")).endswith(".mixin")
    return owner if mixin and addon.startswith(SUITE) and owner.startswith(SUITE) else addon


class AccessMatrix:
    """Finds models and public methods of an addon in the registry, and asks as each role.

    A part of a test case with ``users``: a user for each role.
    """

    #: Technical name of the addon; addons that begin with it are its parts.
    ACCESS_MODULE = "crm_customer_insight"

    def models_of_addon(self, transient=False):
        """Names of the models with rows or with a query, without those of one's parts."""
        return {
            name
            for name, model in self.env.registry.items()
            if model._original_module == self.ACCESS_MODULE
            and not model._abstract
            and (transient or not model._transient)
        }

    def operations_of(self, model, role):
        """Letters of the operations on *model* that the access list grants to *role*."""
        records = self.env[model].with_user(self.users[role])
        return "".join(key for key, name in OPERATIONS.items() if records.has_access(name))

    def assert_matrix(self, matrix, roles):
        """*matrix*: model → letters of each of *roles*."""
        for model, rights in matrix.items():
            found = tuple(self.operations_of(model, role) for role in roles)
            with self.subTest(model=model):
                self.assertEqual(
                    dict(zip(roles, found, strict=True)), dict(zip(roles, rights, strict=True))
                )

    def public_methods(self):
        """``(model, method)`` of all methods of the addon that remote callers may name."""
        return {
            (name, attribute)
            for name in self.env.registry
            if not name.endswith(".mixin")  # their methods are those of the models with them
            for cls in self.env.registry[name].__mro__
            if addon_of(self.env.registry[name], cls) == self.ACCESS_MODULE
            for attribute, value in vars(cls).items()
            if inspect.isfunction(value) and not attribute.startswith("_")
            if not self.is_private(self.env.registry[name], attribute)
        }

    def is_private(self, cls, attribute):
        """Whether any class of the model closes the method to RPC, as Odoo itself asks."""
        methods = (vars(base).get(attribute) for base in cls.__mro__)
        return any(getattr(method, "_api_private", False) for method in methods)

    def fill_in(self, values, own, records, **places):
        """*values* as arguments: ``self`` stands for the ids of *records*, ``own`` for *own*,
        other words for what *places* says; words without a place stay."""
        places = {"self": records.ids if "self" in values else [], "own": own, **places}
        return [
            [own] if value == ["own"] else places.get(value, value)
            if isinstance(value, str)
            else value
            for value in values
        ]  # fmt: skip

    def answer(self, user, model, method, arguments):
        """``allowed``, ``refused``, or what else came of a call; nothing stays of it."""
        return self.ask(user, model, method, arguments)[0]

    def ask(self, user, model, method, arguments, read_only=False):
        """As ``answer``, and what was returned; *read_only*: the database refuses to write."""
        self.env.invalidate_all()  # what is in the cache would be given without being asked for
        savepoint = self.cr.savepoint(flush=False)
        try:
            if read_only:
                self.cr.execute("SET LOCAL transaction_read_only = on")
            value = call_kw(self.env[model].with_user(user), method, arguments, {})
            self.env.flush_all()
            return "allowed", value
        except AccessError:
            return "refused", None
        except UserError as error:
            return f"{type(error).__name__}: {error}", None
        finally:
            self.env.clear()
            savepoint.close(rollback=True)
