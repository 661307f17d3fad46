// Opens the given screens and looks for the given texts; __DATA__ is filled in by test_zh_cn.py.
(async () => {
    const ROOTS = ".o_main_navbar, .o_action_manager, .o-overlay-container";
    const BUSY = ".o_loading_indicator, .fa-spin";
    const { texts, patterns, translated, screens, planted } = __DATA__;
    const english = new Set(texts);
    const chinese = new Set(translated);
    const regexps = patterns.map((pattern) => new RegExp(`^${pattern}$`));
    const { services } = odoo.__WOWL_DEBUG__.root.env;
    const clean = (text) => (text || "").replace(/\s+/g, " ").trim();
    const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

    function* shown() {
        for (const root of document.querySelectorAll(ROOTS)) {
            const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
            while (walker.nextNode()) {
                if (walker.currentNode.parentElement.checkVisibility()) {
                    yield clean(walker.currentNode.textContent);
                }
            }
            for (const name of ["title", "placeholder", "aria-label", "data-tooltip"]) {
                for (const el of root.querySelectorAll(`[${name}]`)) {
                    yield clean(el.getAttribute(name));
                }
            }
        }
    }
    const isEnglish = (text) => english.has(text) || regexps.some((re) => re.test(text));

    const found = [];
    function scan(screen) {
        const all = new Set(shown());
        for (const text of all) {
            if (isEnglish(text)) {
                found.push(`${screen}: ${text}`);
            }
        }
        return [...all].some((text) => chinese.has(text));
    }

    // Requests under way: a screen is complete when none is left and it has been drawn since.
    const { rpcBus } = odoo.loader.modules.get("@web/core/network/rpc");
    const pending = new Set();
    rpcBus.addEventListener("RPC:REQUEST", ({ detail }) => pending.add(detail.data.id));
    rpcBus.addEventListener("RPC:RESPONSE", ({ detail }) => pending.delete(detail.data.id));

    async function settle() {
        let before = "";
        for (let round = 0, same = 0; round < 200; round++) {
            await pause(50);
            const now = document.querySelector(".o_action_manager").textContent;
            const quiet = now && now === before && !pending.size && !document.querySelector(BUSY);
            same = quiet ? same + 1 : 0;
            if (same === 2) {
                return;
            }
            before = now;
        }
    }

    // What is not found when it is there proves nothing when it is not found.
    const plant = document.createElement("p");
    plant.textContent = planted;
    document.querySelector(".o_action_manager").append(plant);
    scan("planted");
    if (found.length !== 1 || found[0] !== `planted: ${planted}`) {
        throw new Error(`The planted text was not found: ${found}`);
    }
    plant.remove();
    found.length = 0;

    for (const [name, action, options] of screens) {
        try {
            await services.action.doAction(action, { clearBreadcrumbs: true, ...options });
        } catch (error) {
            found.push(`${name}: cannot be opened, ${error.cause?.data?.message || error.message}`);
            continue;
        }
        await settle();
        let ours = scan(name);
        for (const tab of document.querySelectorAll(".o_notebook_headers .nav-link")) {
            tab.click();
            await settle();
            ours = scan(`${name}, ${clean(tab.textContent)}`) || ours;
        }
        const filters = document.querySelector(".o_searchview_dropdown_toggler");
        if (filters) {
            filters.click();
            await settle();
            ours = scan(`${name}, filters`) || ours;
        }
        if (!ours) {
            found.push(`${name}: shows no translated text of ours`);
        }
    }
    if (found.length) {
        throw new Error([...new Set(found)].join("\n"));
    }
    console.log("test successful");
})();
