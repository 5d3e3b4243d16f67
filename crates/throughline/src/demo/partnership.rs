//! What a demonstration tells of work around its area plan: meetings, communities, those whom the law names, stories.

use crate::platform;
use crate::session::Session;
use anyhow::Result;
use jiff::ToSpan as _;
use jiff::civil::Date;
use planning::report::{Period, ReportKind};
use planning::{EventId, What};
use record::Purpose;
use serde_json::json;
use service::{AsOf, PlanEntry, PlanId};

/// Tells it, all of it in the last half year.
pub(super) fn tell(session: &Session, plan: &PlanId) -> Result<()> {
    let request = session.request(Purpose::Management);
    let today = session.today();
    let before = |days: i32| today.saturating_sub(days.days());
    let after = |days: i32| today.saturating_add(days.days());
    let told = [meetings(before, after), communities(before), consulted(before), money(before, today), stories(before)]
        .concat();
    let mut entries = Vec::new();
    for (happened, kind, content) in told {
        let what = What::typed(kind, &content.to_string())?;
        entries.push(PlanEntry { id: EventId(platform::new_id(session.now)), happened, what });
    }
    let version = session.service.plan(&request, plan, &AsOf::Now)?.version;
    session.service.record_on_plan(&request, plan, version, entries)?;
    Ok(())
}

type Told = Vec<(Date, &'static str, serde_json::Value)>;

fn meetings(before: impl Fn(i32) -> Date, after: impl Fn(i32) -> Date) -> Told {
    vec![
        (
            before(60),
            "meeting.called",
            json!({"meeting": "authority-11", "kind": "authority", "title": "Community justice authority", "on": before(40),
                "place": "City Chambers", "public": true,
                "agenda": ["Minutes of the last meeting", "Report of the quarter", "What the public suggested"]}),
        ),
        (before(45), "meeting.paper_added", json!({"meeting": "authority-11", "title": "Report of the quarter"})),
        (
            before(39),
            "meeting.minuted",
            json!({"meeting": "authority-11",
            "minutes": "The report was agreed. Members asked why two outputs are late, and heard that two partners have not answered.",
            "attended": {"edinburgh": 3, "midlothian": 2, "borders": 1},
            "agreed": [
                {"text": "Write to both partners", "lead": "lbcja", "due": before(20)},
                {"text": "Find a second squad for the coast", "lead": "east-lothian", "due": after(30)}
            ]}),
        ),
        (
            before(22),
            "meeting.settled",
            json!({"meeting": "authority-11", "number": 1, "note": "Both have named a day."}),
        ),
        (
            before(30),
            "meeting.called",
            json!({"meeting": "training-3", "kind": "training", "title": "Working with trauma", "on": before(12),
                "place": "Haddington", "agenda": ["Prison, council and third sector together"]}),
        ),
        (
            before(11),
            "meeting.minuted",
            json!({"meeting": "training-3", "minutes": "One day, with time to practise.",
                "attended": {"edinburgh": 6, "east-lothian": 4, "midlothian": 3}}),
        ),
        (
            before(5),
            "meeting.called",
            json!({"meeting": "authority-12", "kind": "authority", "title": "Community justice authority", "on": after(50),
                "place": "Melrose", "public": true, "agenda": ["Report of the quarter", "Annual report on payback orders"]}),
        ),
    ]
}

fn communities(before: impl Fn(i32) -> Date) -> Told {
    let reached =
        |community: &str, stage: &str, note: &str| json!({"community": community, "stage": stage, "note": note});
    vec![
        (before(170), "community.named", json!({"community": "harbour", "name": "The Harbour"})),
        (
            before(150),
            "community.reached",
            reached("harbour", "engagement", "A profile: many young families, few shops."),
        ),
        (
            before(120),
            "community.reached",
            reached("harbour", "issues", "The primary school and the boat club bring people together."),
        ),
        (
            before(90),
            "community.reached",
            reached("harbour", "analysis", "Litter, noise at night and the path to school were named most."),
        ),
        (
            before(60),
            "community.reached",
            reached("harbour", "priorities", "The path is worst where the lamps are out."),
        ),
        (
            before(58),
            "community.chose",
            json!({"community": "harbour", "priorities": ["A safe path to school", "Litter on the shore", "Noise at night"]}),
        ),
        (
            before(50),
            "community.reached",
            reached("harbour", "action", "The community council chose by show of hands."),
        ),
        (before(80), "community.named", json!({"community": "mill", "name": "Mill Lane"})),
        (
            before(55),
            "community.reached",
            reached("mill", "engagement", "Older people are hard to reach in the evening."),
        ),
    ]
}

fn consulted(before: impl Fn(i32) -> Date) -> Told {
    let wrote = |consultee: &str, who: &str| json!({"consultee": consultee, "who": who, "how": "letter"});
    vec![
        (before(34), "consultee.consulted", wrote("chief-constable", "Police Scotland, the local commander")),
        (before(34), "consultee.consulted", wrote("sheriff-principal", "The sheriff principal\u{2019}s office")),
        (
            before(28),
            "consultee.consulted",
            json!({"consultee": "community-council", "who": "Harbour community council", "how": "meeting",
                "said": "More work on the coast.", "did": "A squad comes every second week."}),
        ),
        (before(27), "consultee.consulted", wrote("voluntary", "The council for voluntary organisations")),
        (before(26), "consultee.consulted", wrote("planning-partnership", "The community planning partnership")),
    ]
}

fn money(before: impl Fn(i32) -> Date, today: Date) -> Told {
    let year = Period::of(ReportKind::Annual, today).to_string();
    let budget = |service: &str, title: &str, fund: &str, amount: &str, ring_fenced: bool| {
        let pooled = !ring_fenced;
        json!({"year": year, "service": service, "title": title, "fund": fund, "amount": amount, "ring_fenced": ring_fenced, "pooled": pooled})
    };
    let spent = |service: &str, body: &str, persons: &str, text: &str, amount: &str| json!({"year": year, "service": service, "body": body, "persons": persons, "text": text, "amount": amount});
    vec![
        (before(8), "money.budgeted", budget("court_reports", "Court reports", "Section 27", "2400000.00", true)),
        (
            before(8),
            "money.budgeted",
            budget("supervision", "Supervision and unpaid work", "Section 27", "10800000.00", true),
        ),
        (
            before(8),
            "money.budgeted",
            budget("employment", "Work and skills", "Partners\u{2019} fund", "310000.00", false),
        ),
        (
            before(7),
            "money.spent",
            spent("court_reports", "edinburgh", "under_supervision", "Court teams, so far", "1105250.40"),
        ),
        (
            before(7),
            "money.spent",
            spent("supervision", "edinburgh", "under_supervision", "Teams and squads, so far", "4870119.25"),
        ),
        (
            before(6),
            "money.spent",
            spent("supervision", "midlothian", "public", "An open day for everybody", "4200.00"),
        ),
        (
            before(6),
            "money.spent",
            spent("employment", "third-sector", "public", "A workshop with two employers", "58700.00"),
        ),
    ]
}

fn stories(before: impl Fn(i32) -> Date) -> Told {
    vec![
        (
            before(70),
            "story.written",
            json!({"story": "newsletter-4", "title": "Payback in our area: what was done this half year",
                "text": "Eleven paths, two village halls and the shore below the harbour. Tell us what should come next."}),
        ),
        (before(68), "story.published", json!({"story": "newsletter-4"})),
        (
            before(31),
            "story.written",
            json!({"story": "wall", "title": "\u{201c}I finished that wall\u{201d}", "about_a_person": true,
                "text": "He had never finished anything, he says. Then there was the wall behind the hall. He walks past it every day.",
                "consent": {"given_on": before(33), "covers": "my words, without a name, on the web and in the newsletter"}}),
        ),
        (before(30), "story.published", json!({"story": "wall"})),
        (
            before(9),
            "story.written",
            json!({"story": "new-start", "title": "A new start", "about_a_person": true, "text": "Not told yet: we have asked, and wait."}),
        ),
    ]
}
