from odoo import Command


def new_users(env, groups, **values):
    """Users in one batch, which takes a third of the time; nobody gets an invitation.

    *groups* holds the comma-separated groups of each log-in. They are returned in its order.
    """
    users = env["res.users"].with_context(no_reset_password=True)
    rows = [{**_user(env, login, names), **values} for login, names in groups.items()]
    return users.create(rows).with_env(env)


def _user(env, login, groups):
    return {
        "login": login,
        "name": f"{login} ({groups})",
        "email": f"{login[0]}.{login[0]}@example.com",
        "password": login.ljust(8, "x"),
        "group_ids": [Command.set([env.ref(name.strip()).id for name in groups.split(",")])],
    }
