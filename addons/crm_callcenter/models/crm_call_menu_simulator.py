from odoo import api, models

from ..tools import ivr

#: Inputs of one simulated call at most.
MOST = 200


class CrmCallMenuSimulator(models.AbstractModel):
    """Playing a design on the screen with the machine that plays it on the telephone (CC-4)."""

    _name = "crm.call.menu.simulator"
    _description = "Simulator of telephone menus"

    @api.readonly
    def simulate(self, inputs):
        """A call in the present design.

        :param inputs: list of [kind, text] in their order: ``digits`` (empty: silence), ``outcome``
            (of a look-up or the hours), ``done``, ``gone`` (he hangs up after so many seconds)
        :return: dict: lines (who, text), waits (what the machine waits for: digits, lookup, hours,
            record, callback or empty), choices, node, exit
        """
        self.ensure_one()
        self.check_access("read")
        menu = self._machine()
        state = ivr.begin("+15550100")
        state, actions = ivr.step(menu, state)
        lines = self._heard(actions, state)
        for kind, text in list(inputs)[:MOST]:
            if state.exit:
                break
            lines.append({"who": "caller", "text": self._did(kind, text)})
            state, actions = ivr.step(menu, state, _given(kind, text))
            lines += self._heard(actions, state)
        state, actions, more = self._play_on(menu, state, actions)
        return {**self._waits(menu, state, actions), "lines": lines + more}

    def _play_on(self, menu, state, actions):
        """Messages end by themselves."""
        lines = []
        while not state.exit and isinstance(actions[-1], ivr.Play):
            state, actions = ivr.step(menu, state, ivr.Done())
            lines += self._heard(actions, state)
        return state, actions, lines

    def _heard(self, actions, state):
        names = {node.key: node for node in self.node_ids}
        lines = []
        for action in actions:
            if isinstance(action, ivr.Tell) and action.step == "ivr" and action.node in names:
                if not (action.digit or action.outcome):
                    text = names[action.node]._speech()
                    lines.append({"who": "menu", "node": action.node, "text": text})
            elif isinstance(action, ivr.Tell) and action.step == "ivr_wrong":
                lines.append({"who": "note", "text": self.env._("Not understood: once more")})
            elif isinstance(action, ivr.Leave):
                lines.append({"who": "note", "text": self._left(action)})
        return lines

    def _did(self, kind, text):
        return {
            "digits": self.env._("presses %s", text) if text else self.env._("says nothing"),
            "outcome": text,
            "gone": self.env._("hangs up"),
        }.get(kind, self.env._("listens to the end"))

    def _left(self, action):
        return {
            "contained": self.env._("The call ends: solved in the menu"),
            "queue": self.env._("To the queue %s", action.queue),
            "voicemail": self.env._("The call ends with a voice message"),
            "callback": self.env._("The call ends with a call-back"),
            "given_up": self.env._("The menu gives up"),
            "left": self.env._("The caller has left without an answer"),
            "loop": self.env._("Ended: too many steps"),
        }.get(action.exit, action.exit)

    def _waits(self, menu, state, actions):
        last = actions[-1] if actions and not state.exit else None
        kind = {
            ivr.Ask: "digits", ivr.LookUp: "lookup", ivr.Hours: "hours", ivr.Record: "record",
            ivr.CallBack: "callback",
        }.get(type(last), "")  # fmt: skip
        node = menu.nodes.get(state.node)
        keys = sorted(node.ways) if node and kind in ("lookup", "hours") else []
        return {"waits": kind, "choices": keys, "node": state.node, "exit": state.exit}


def _given(kind, text):
    if kind == "digits":
        return ivr.Digits(str(text)[:40])
    if kind == "outcome":
        return ivr.Outcome(str(text))
    if kind == "gone":
        return ivr.HungUp(float(text or 0))
    return ivr.Done()
