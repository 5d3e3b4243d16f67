//! The forms by which things are recorded on a plan: each is a kind of event with its fields. The page that shows a form, reads
//! it and records what it says is the same for all of them (`say`).

/// How a field is typed, and what it becomes.
#[derive(Clone, Copy)]
pub(super) enum Take {
    /// A line of text.
    Line,
    /// Several lines of text.
    Note,
    /// Several lines, each a text of its own.
    Lines,
    /// A day, whether it has come or not.
    Day,
    /// One of these: the value and its words.
    Choice(&'static [(&'static str, &'static str)]),
    /// A body that takes part in the plan.
    Partner,
    /// A number.
    Number,
    /// Yes, where it is ticked.
    Flag(&'static str),
    /// Bodies with how many came from each, one in each line: "hills 3".
    Counted,
    /// What was agreed, one in each line: "hills, 2/4/2026: Write to both partners".
    Agreed,
}

/// A field of a form. A name with a dot stands within another: `consent.given_on`.
pub(super) struct Field {
    pub(super) name: &'static str,
    pub(super) label: &'static str,
    pub(super) hint: &'static str,
    pub(super) take: Take,
    pub(super) must: bool,
}

/// A form: the kind of event that it records, what it is called, and where one goes afterwards.
pub(super) struct Made {
    pub(super) kind: &'static str,
    pub(super) title: &'static str,
    pub(super) done: &'static str,
    pub(super) back: &'static str,
    pub(super) fields: &'static [Field],
}

const fn must(name: &'static str, label: &'static str, hint: &'static str, take: Take) -> Field {
    Field { name, label, hint, take, must: true }
}

const fn may(name: &'static str, label: &'static str, hint: &'static str, take: Take) -> Field {
    Field { name, label, hint, take, must: false }
}

const REFERENCE: &str = "A short reference, such as board-7: letters, digits or - _ / . and no spaces.";
const PARTNERSHIP: &str = "/partnership";
const SCORE: &[(&str, &str)] = &[("1", "1"), ("2", "2"), ("3", "3"), ("4", "4"), ("5", "5")];
const MEETINGS: &[(&str, &str)] = &[
    ("authority", "The authority or partnership, which decides"),
    ("board", "The board"),
    ("group", "A group that works on something"),
    ("training", "Joint training of several agencies"),
];
const STAGES: &[(&str, &str)] = &[
    ("engagement", "2 Engagement"),
    ("issues", "3 Issues"),
    ("analysis", "4 Analysis"),
    ("priorities", "5 Priorities"),
    ("action", "6 Action"),
    ("review", "7 Review"),
    ("feedback", "8 Feedback"),
    ("research", "1 Research, once more"),
];
const CONSULTEES: &[(&str, &str)] = &[
    ("chief-constable", "The chief constable"),
    ("sheriff-principal", "The sheriff principal"),
    ("victims", "Organisations that speak for victims"),
    ("voluntary", "Voluntary bodies"),
    ("community-council", "A community council"),
    ("planning-partnership", "A community planning partnership"),
    ("safety-partnership", "A community safety partnership"),
];

/// Every form.
pub(super) const FORMS: &[Made] = &[
    Made {
        kind: "meeting.called",
        title: "Call a meeting, or joint training",
        done: "The meeting is called.",
        back: PARTNERSHIP,
        fields: &[
            must("meeting", "Reference", REFERENCE, Take::Line),
            must("kind", "Who meets", "", Take::Choice(MEETINGS)),
            must("title", "Title", "", Take::Line),
            must("on", "Day", "For example, 12/5/2026.", Take::Day),
            must("place", "Place", "", Take::Line),
            may("agenda", "Agenda", "One item in each line.", Take::Lines),
            may("public", "Who may come", "", Take::Flag("Anybody may come, and read its papers and minutes")),
        ],
    },
    Made {
        kind: "meeting.paper_added",
        title: "Put a paper before a meeting",
        done: "The paper is before the meeting.",
        back: PARTNERSHIP,
        fields: &[
            must("meeting", "Meeting", "Its reference.", Take::Line),
            must("title", "Title of the paper", "", Take::Line),
            may("address", "Where it can be read", "An address on the web.", Take::Line),
        ],
    },
    Made {
        kind: "meeting.minuted",
        title: "Write the minutes",
        done: "The minutes are written.",
        back: PARTNERSHIP,
        fields: &[
            must("meeting", "Meeting", "Its reference.", Take::Line),
            must("minutes", "Minutes", "What was said and decided. Names of people do not belong here.", Take::Note),
            may("attended", "Who came", "A body and how many, one in each line: hills 3.", Take::Counted),
            may(
                "agreed",
                "What was agreed",
                "One in each line: hills, 2/4/2026: Write to both partners.",
                Take::Agreed,
            ),
        ],
    },
    Made {
        kind: "meeting.settled",
        title: "Something that a meeting agreed is done",
        done: "It is recorded as done.",
        back: PARTNERSHIP,
        fields: &[
            must("meeting", "Meeting", "Its reference.", Take::Line),
            must("number", "Number in the minutes", "", Take::Number),
            must("note", "What was done", "", Take::Note),
        ],
    },
    Made {
        kind: "community.named",
        title: "Begin work with a community",
        done: "Work with the community has begun.",
        back: PARTNERSHIP,
        fields: &[
            must("community", "Reference", REFERENCE, Take::Line),
            must("name", "Name", "What the people who live there call it.", Take::Line),
        ],
    },
    Made {
        kind: "community.reached",
        title: "A community has reached a stage",
        done: "The stage is recorded.",
        back: PARTNERSHIP,
        fields: &[
            must("community", "Community", "Its reference.", Take::Line),
            must(
                "stage",
                "Stage",
                "The eight stages follow each other; from review one can go back to issues.",
                Take::Choice(STAGES),
            ),
            must("note", "What came of the stage before", "", Take::Note),
        ],
    },
    Made {
        kind: "community.chose",
        title: "A community has chosen its priorities",
        done: "The priorities are recorded.",
        back: PARTNERSHIP,
        fields: &[
            must("community", "Community", "Its reference.", Take::Line),
            must("priorities", "Priorities", "At most three, one in each line, the first first.", Take::Lines),
        ],
    },
    Made {
        kind: "consultee.consulted",
        title: "Somebody was consulted about unpaid work",
        done: "The consultation is recorded.",
        back: PARTNERSHIP,
        fields: &[
            must("consultee", "Whom the law names", "", Take::Choice(CONSULTEES)),
            must("who", "Which body it was", "For example, Harbour community council.", Take::Line),
            must("how", "How", "A letter, a meeting.", Take::Line),
            may("said", "What they said", "", Take::Note),
            may("did", "What was done about it", "", Take::Note),
        ],
    },
    Made {
        kind: "story.written",
        title: "Write a newsletter or a story",
        done: "It is written. Nobody else sees it until it is published.",
        back: PARTNERSHIP,
        fields: &[
            must("story", "Reference", REFERENCE, Take::Line),
            must("title", "Title", "", Take::Line),
            must("text", "Text", "No names: whoever agreed to be named says so below.", Take::Note),
            may("about_a_person", "Whom it is about", "", Take::Flag("It is about a person, and needs their consent")),
            may("consent.given_on", "Day on which they agreed", "For example, 3/2/2026.", Take::Day),
            may(
                "consent.covers",
                "To what they agreed",
                "\"My words, without a name, in the newsletter\".",
                Take::Line,
            ),
            may("consent.until", "Until when, if they said so", "", Take::Day),
        ],
    },
    Made {
        kind: "story.published",
        title: "Publish a newsletter or a story",
        done: "It is published.",
        back: PARTNERSHIP,
        fields: &[must("story", "Story", "Its reference.", Take::Line)],
    },
    Made {
        kind: "story.withdrawn",
        title: "Withdraw a newsletter or a story",
        done: "It is withdrawn.",
        back: PARTNERSHIP,
        fields: &[
            must("story", "Story", "Its reference.", Take::Line),
            must("reason", "Why", "Somebody who took their consent back need not say why.", Take::Line),
        ],
    },
    Made {
        kind: "money.budgeted",
        title: "Give a service a budget for a year",
        done: "The budget is recorded.",
        back: PARTNERSHIP,
        fields: &[
            must("year", "Financial year", "Such as 2025-26.", Take::Line),
            must(
                "service",
                "Reference of the service",
                "A kind of service as the ring-fence has it, such as supervision.",
                Take::Line,
            ),
            must("title", "What it is called", "", Take::Line),
            must("fund", "From which fund", "", Take::Line),
            must("amount", "How much", "Pounds and pence, such as 1450000.00.", Take::Line),
            may("pooled", "Whose money it is", "", Take::Flag("Partners pool it")),
            may(
                "ring_fenced",
                "What it may be spent on",
                "",
                Take::Flag("Relevant services for relevant persons only (S4 6.1)"),
            ),
        ],
    },
    Made {
        kind: "money.spent",
        title: "Money was spent",
        done: "The spending is recorded.",
        back: PARTNERSHIP,
        fields: &[
            must("year", "Financial year", "Such as 2025-26.", Take::Line),
            must("service", "Service", "Its reference.", Take::Line),
            must("body", "By which body", "", Take::Partner),
            must(
                "persons",
                "For whom",
                "As the ring-fence has it, such as under_supervision or in_custody.",
                Take::Line,
            ),
            must("text", "On what", "", Take::Line),
            must("amount", "How much", "Pounds and pence, such as 1450000.00.", Take::Line),
        ],
    },
    Made {
        kind: "risk.noted",
        title: "Note a risk",
        done: "The risk is noted.",
        back: "",
        fields: &[
            must("risk", "Reference", REFERENCE, Take::Line),
            may("item", "What it threatens", "The reference of a part of the plan; nothing for the whole.", Take::Line),
            must("text", "What may happen", "", Take::Line),
            may("likelihood", "Likelihood", "1 is rare, 5 almost certain.", Take::Choice(SCORE)),
            may("impact", "Impact", "1 is small, 5 is grave.", Take::Choice(SCORE)),
            may("mitigation", "What is done about it", "One in each line.", Take::Lines),
            may("owner", "Who looks after it", "", Take::Partner),
        ],
    },
    Made {
        kind: "risk.closed",
        title: "A risk has passed",
        done: "The risk is closed.",
        back: "",
        fields: &[
            must("risk", "Risk", "Its reference.", Take::Line),
            must("reason", "Why it is one no longer", "", Take::Note),
        ],
    },
    Made {
        kind: "partner.reached_at",
        title: "Where a body is told of what it leads",
        done: "It is told each week of what is late or due soon.",
        back: "",
        fields: &[
            must("body", "Body", "", Take::Partner),
            may(
                "email",
                "E-mail address",
                "Of an office, not of a person. Nothing, and it is told no longer.",
                Take::Line,
            ),
        ],
    },
    Made {
        kind: "consultation.opened",
        title: "Open a consultation",
        done: "The consultation is open. Put its questions before anybody answers.",
        back: "",
        fields: &[
            must("consultation", "Reference", REFERENCE, Take::Line),
            must("title", "Title", "", Take::Line),
            must("closes", "The last day for answers", "For example, 30/6/2026.", Take::Day),
        ],
    },
    Made {
        kind: "consultation.asked",
        title: "Put a question",
        done: "The question is put.",
        back: "",
        fields: &[
            must("consultation", "Consultation", "Its reference.", Take::Line),
            must("question", "Reference of the question", "Such as 3.b.", Take::Line),
            must("chapter", "Chapter", "", Take::Line),
            must("text", "The question", "", Take::Line),
            may("key", "How much it matters", "", Take::Flag("A key question: those who answer little answer these")),
        ],
    },
    Made {
        kind: "consultation.closed",
        title: "Close a consultation",
        done: "The consultation is closed.",
        back: "",
        fields: &[must("consultation", "Consultation", "Its reference.", Take::Line)],
    },
];
