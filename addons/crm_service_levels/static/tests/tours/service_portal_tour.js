import { registry } from "@web/core/registry";

// SVC-T: a customer opens a request, has it collected, answers, and says how it was.
registry.category("web_tour.tours").add("crm_service_levels_portal_customer", {
    steps: () => [
        {
            content: "From the home page to the requests",
            trigger: "a[href='/my/requests']:visible",
            run: "click",
            expectUnloadPage: true,
        },
        {
            content: "A new request",
            trigger: ".o_service_new",
            run: "click",
            expectUnloadPage: true,
        },
        {
            content: "About an own asset",
            trigger: "#service_asset_id",
            run: "selectByLabel Pump P1 (SN-1)",
        },
        { content: "In a few words", trigger: "#service_name", run: "edit It leaks" },
        {
            content: "In many",
            trigger: "#service_description",
            run: "edit Water comes out below",
        },
        {
            content: "Send",
            trigger: ".o_service_send",
            run: "click",
            expectUnloadPage: true,
        },
        { content: "Thanked", trigger: ".o_service_done" },
        { content: "Received", trigger: ".o_service_current:contains('Received')" },
        {
            content: "Book a collection",
            trigger: ".o_service_book",
            run: "click",
            expectUnloadPage: true,
        },
        { content: "The first time", trigger: ".o_service_slot:first", run: "click" },
        {
            content: "Where",
            trigger: "#collection_address",
            run: "edit Street 1, Berlin",
        },
        {
            content: "Book",
            trigger: ".o_service_send",
            run: "click",
            expectUnloadPage: true,
        },
        { content: "Booked, with a label", trigger: ".o_service_collection a[href*='/label/']" },
        { content: "Write", trigger: "#service_text", run: "edit Please ring twice" },
        {
            content: "Send the message",
            trigger: "#answer .o_service_send",
            run: "click",
            expectUnloadPage: true,
        },
        {
            content: "It is in the conversation",
            trigger: ".o_service_you:contains('Please ring twice')",
        },
    ],
});

registry.category("web_tour.tours").add("crm_service_levels_portal_solved", {
    steps: () => [
        {
            content: "It is solved, so we are told",
            trigger: ".o_service_current:contains('Solved')",
        },
        {
            content: "It is not",
            trigger: ".o_service_reopen",
            run: "click",
        },
        {
            content: "What is wrong",
            trigger: "#service_reopen_text",
            run: "edit It still leaks",
        },
        {
            content: "Open it again",
            trigger: "form[action$='/reopen'] button",
            run: "click",
            expectUnloadPage: true,
        },
        {
            content: "It is open again",
            trigger: ".o_service_current:contains('In progress')",
        },
    ],
});

// SVC-T: a guest follows his request by the link of a mail and rates it.
registry.category("web_tour.tours").add("crm_service_levels_portal_guest", {
    steps: () => [
        {
            content: "The link shows the request",
            trigger: ".o_service_guest h1:contains('Pump does not start')",
        },
        { content: "Our answer is there", trigger: ".o_service_us:contains('We look at it')" },
        { content: "Answer", trigger: "#service_text", run: "edit Thank you" },
        {
            content: "Send",
            trigger: "#answer .o_service_send",
            run: "click",
            expectUnloadPage: true,
        },
        { content: "It has arrived", trigger: ".o_service_you:contains('Thank you')" },
        {
            content: "It is done",
            trigger: ".o_service_close",
            run: "click",
            expectUnloadPage: true,
        },
        {
            content: "One tap tells how it was",
            trigger: ".o_service_tap:contains('5')",
            run: "click",
            expectUnloadPage: true,
        },
        { content: "The rest may be told, too", trigger: ".o_feedback" },
    ],
});
