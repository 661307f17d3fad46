"""Run in Odoo's shell: what an administrator enters before the first call; prints the key."""

import json
from datetime import datetime, timedelta

exchange = env["crm.call.exchange"].create({"name": "Test", "code": "test"})  # noqa: F821
people = env["res.users"].with_context(no_reset_password=True)  # noqa: F821
user, agent = (env.ref(f"crm_callcenter.group_call_{name}") for name in ("listener", "agent"))  # noqa: F821
staff = env.ref("base.group_user")  # noqa: F821
listener = people.create(
    {"name": "Listener", "login": "pbx_listener", "group_ids": [(6, 0, [user.id, staff.id])]}
)
exchange.listener_user_id = listener
env["crm.call.queue"].create(  # noqa: F821
    [{"name": "Support", "code": "support"}, {"name": "Sales", "code": "sales"}]
)
for extension in ("1001", "1002", "1003"):
    person = people.create(
        {
            "name": f"Agent {extension}",
            "login": extension,
            "password": extension,
            "group_ids": [(6, 0, [agent.id, staff.id])],
        }
    )
    env["crm.call.agent"].create(  # noqa: F821
        {"user_id": person.id, "exchange_id": exchange.id, "extension": extension}
    )
keys = env(user=listener.id)["res.users.apikeys"].sudo()  # noqa: F821
key = keys._generate("rpc", "listener", datetime.now() + timedelta(days=30))
env.cr.commit()  # noqa: F821
print(json.dumps({"key": key}))
