import { Component, useState } from "@odoo/owl";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { standardFieldProps } from "@web/views/fields/standard_field_props";

const KEYS = ["1", "2", "3", "4", "5", "6", "7", "8", "9", "*", "0", "#"];

/** Picture of a telephone menu, and a telephone on the screen to try it (CC-4). */
export class MenuFlow extends Component {
    static template = "crm_callcenter.MenuFlow";
    static props = { ...standardFieldProps };

    setup() {
        this.orm = useService("orm");
        this.keys = KEYS;
        this.state = useState({ inputs: [], call: null, typed: "", error: "" });
    }

    get picture() {
        return this.props.record.data[this.props.name] || { boxes: [], arrows: [] };
    }

    get viewBox() {
        const { width = 1, height = 1 } = this.picture;
        return `-10 -30 ${width + 20} ${height + 60}`;
    }

    get canTry() {
        return this.props.record.resId && this.picture.boxes.length;
    }

    boxClass(box) {
        const here = this.state.call && this.state.call.node === box.key;
        return `o_call_menu_box o_call_menu_${box.kind}${here ? " o_call_menu_here" : ""}${
            box.reached ? "" : " o_call_menu_lost"
        }`;
    }

    async start() {
        await this.props.record.save();
        this.state.inputs = [];
        await this.play();
    }

    async give(kind, text = "") {
        this.state.inputs.push([kind, text]);
        this.state.typed = "";
        await this.play();
    }

    /** A menu takes one key; a number is typed and sent with #. */
    async press(key) {
        if (!this.takesMany) {
            await this.give("digits", key);
        } else if (key === "#") {
            await this.give("digits", this.state.typed);
        } else {
            this.state.typed += key;
        }
    }

    get takesMany() {
        const box = this.picture.boxes.find((one) => one.key === this.state.call?.node);
        return box?.kind === "collect";
    }

    async play() {
        this.state.call = await this.orm.call("crm.call.menu", "simulate", [
            [this.props.record.resId],
            this.state.inputs,
        ]);
    }
}

export const menuFlow = { component: MenuFlow, supportedTypes: ["json"] };
registry.category("fields").add("call_menu_flow", menuFlow);
