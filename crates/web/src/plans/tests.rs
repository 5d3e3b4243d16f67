//! A planner's pages: the plan at a glance, telling how work is, correcting, what the public sent.

use crate::testing::World;
use axum::http::StatusCode;
use planning::file::PlanFile;
use planning::{EventId, Line};
use service::{PlanId, Role, Sender};

/// The programme of S5, kept by the test's council.
pub(crate) fn programme(world: &World) -> PlanId {
    kept(world, include_str!("../../../../examples/plans/offender-management-programme.toml"))
}

/// A plan's file, kept by the test's council.
pub(crate) fn kept(world: &World, file: &str) -> PlanId {
    let planner = crate::testing::actor("w-pia", &[Role::Planner], "capital", "");
    let request = world.request(&planner);
    let by = Line::try_from("w-pia").unwrap();
    let new_id = || EventId(world.id());
    let history = PlanFile::parse(file).unwrap().history(&by, request.at, request.today(), new_id).unwrap();
    world.service.open_plan(&request, &history).unwrap();
    PlanId::from(history.plan().opened.unwrap().plan)
}

/// The value of a hidden field.
fn hidden(page: &str, name: &str) -> String {
    let from = page.split(&format!("name=\"{name}\" value=\"")).nth(1).unwrap_or_else(|| panic!("{name} in {page}"));
    from.split('"').next().unwrap().to_owned()
}

#[tokio::test]
async fn a_plan_is_shown_with_counts_colours_and_reasons_and_filtered() {
    let world = World::new();
    let plan = programme(&world);
    let pia = world.sign_in("w-pia").await;
    let list = world.get(&pia, "/plans").await.text;
    assert!(list.contains(&format!("href=\"/plans/{}\"", plan.as_str())), "{list}");
    let base = format!("/plans/{}", plan.as_str());
    let page = world.get(&pia, &base).await.text;
    for said in ["5 projects", "45 deliverables", "45 of 45 pieces of work shown", "ago, and not begun."] {
        assert!(page.contains(said), "{said} in {page}");
    }
    let red = world.get(&pia, &format!("{base}?colour=complete")).await.text;
    assert!(red.contains("0 of 45 pieces of work shown") && red.contains("No work fits these filters."), "{red}");
    for path in ["/board", "/timeline", "/indicators", "/history", "/document", "/inbox"] {
        let answer = world.get(&pia, &format!("{base}{path}")).await;
        assert_eq!(answer.status, StatusCode::OK, "{path}: {}", answer.text);
    }
    let history = world.get(&pia, &format!("{base}/history")).await.text;
    assert!(history.contains("Version 0.02") && history.contains("Vision changed from"), "{history}");
    let then = world.get(&pia, &format!("{base}?version=0.01")).await.text;
    assert!(then.contains("This is version 0.01"), "{then}");
    let before = world.get(&pia, &format!("{base}?known_at=1/3/2026")).await.text;
    assert!(before.contains("There was no plan yet"), "{before}");
    let wrong = world.get(&pia, &format!("{base}?known_at=tomorrow+or+so")).await;
    assert_eq!(wrong.status, StatusCode::BAD_REQUEST);
}

#[tokio::test]
async fn progress_is_told_on_the_page_and_corrected_with_a_reason() {
    let world = World::new();
    let plan = programme(&world);
    let pia = world.sign_in("w-pia").await;
    let item = format!("/plans/{}/items/ECD2.1", plan.as_str());
    let page = world.get(&pia, &item).await.text;
    let (version, event) = (hidden(&page, "version"), hidden(&page, "event"));
    let nothing = world.post(&pia, &item, &[("tell", "progress"), ("version", &version), ("event", &event)]).await;
    assert_eq!(nothing.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(nothing.text.contains("Choose how far it is.") && nothing.text.contains("Write the day as"));
    let fields = [
        ("tell", "progress"),
        ("version", version.as_str()),
        ("event", &event),
        ("stage", "under_way"),
        ("note", "Two courts <script>alert(1)</script> agreed"),
        ("happened", "2/3/2026"),
    ];
    let done = world.post(&pia, &item, &fields).await;
    assert_eq!((done.status, done.location()), (StatusCode::SEE_OTHER, item.as_str()), "{}", done.text);
    let after = world.get(&pia, &item).await.text;
    assert!(after.contains("Two courts &#60;script&#62;alert(1)&#60;/script&#62; agreed"), "{after}");
    let twice = world.post(&pia, &item, &fields).await;
    assert_eq!(twice.status, StatusCode::SEE_OTHER, "the same form again records nothing more");
    let stale = fields
        .map(|(name, value)| (name, if name == "event" { "01900000-0000-7000-8000-000000000001" } else { value }));
    let refused = world.post(&pia, &item, &stale).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(refused.text.contains("The plan has changed since you read it") && refused.text.contains("Two courts"));
    let entry = format!("/plans/{}/entries/{event}", plan.as_str());
    let page = world.get(&pia, &entry).await.text;
    let fields = [
        ("amend", "correct"),
        ("version", &hidden(&page, "version")),
        ("event", &hidden(&page, "event")),
        ("stage", "under_way"),
        ("note", "Three courts agreed"),
        ("happened", "1/3/2026"),
    ];
    let without = world.post(&pia, &entry, &fields).await;
    assert!(without.text.contains("Say in a line what was wrong"), "{}", without.text);
    let corrected = world.post(&pia, &entry, &[&fields[..], &[("reason", "Miscounted")]].concat()).await;
    assert_eq!(corrected.status, StatusCode::SEE_OTHER, "{}", corrected.text);
    let after = world.get(&pia, &item).await.text;
    assert!(after.contains("Three courts agreed") && !after.contains("Two courts"), "{after}");
    let history = world.get(&pia, &format!("/plans/{}/history", plan.as_str())).await.text;
    assert!(history.contains("corrected</strong>") && history.contains("Two courts"), "what was said before stays");
}

#[tokio::test]
async fn a_reading_is_recorded_as_a_count_and_its_base() {
    let world = World::new();
    let plan = programme(&world);
    let pia = world.sign_in("w-pia").await;
    let page_of = format!("/plans/{}/indicators/sentences-completed", plan.as_str());
    let page = world.get(&pia, &page_of).await.text;
    assert!(page.contains("target unset") && page.contains("X%"), "{page}");
    let (version, event) = (hidden(&page, "version"), hidden(&page, "event"));
    let fields = [("version", version.as_str()), ("event", &event), ("count", "71%"), ("as_of", "31/12/2025")];
    let refused = world.post(&pia, &page_of, &fields).await;
    assert!(refused.text.contains("Write how many of how many"), "{}", refused.text);
    let fields =
        [("version", version.as_str()), ("event", &event), ("count", "71"), ("base", "100"), ("as_of", "31/12/2025")];
    assert_eq!(world.post(&pia, &page_of, &fields).await.status, StatusCode::SEE_OTHER);
    let page = world.get(&pia, &page_of).await.text;
    assert!(page.contains("71 of 100 (71%)") && page.contains("1 of the 6 readings that a trend needs"), "{page}");
}

#[tokio::test]
async fn only_planners_of_the_plans_agency_see_what_the_public_sent() {
    let world = World::new();
    let plan = kept(&world, include_str!("../../../../examples/plans/lothian-borders-2011.toml"));
    let made = planning::suggestion::Made {
        suggestion: "s-1".try_into().unwrap(),
        text: "Clear the path <img src=x onerror=alert(1)>".try_into().unwrap(),
        place: "Mill Lane".try_into().unwrap(),
        organisation: None,
    };
    let id = world.id();
    let sender = Sender { at: world.desk.now(), id, address: "192.0.2.8".to_owned() };
    world.service.suggest_in_public(&sender, &plan, made).unwrap();
    let inbox = format!("/plans/{}/inbox", plan.as_str());
    let amy = world.sign_in("w-amy").await;
    assert_eq!(world.get(&amy, &inbox).await.status, StatusCode::FORBIDDEN);
    let pia = world.sign_in("w-pia").await;
    let page = world.get(&pia, &inbox).await.text;
    assert!(page.contains("Clear the path &#60;img") && page.contains("Sent by the public (1)"), "{page}");
    let decide = format!("{inbox}/{id}");
    let event = hidden(&page, "event");
    let without = world.post(&pia, &decide, &[("event", &event), ("verdict", "propose")]).await;
    assert_eq!(without.status, StatusCode::BAD_REQUEST, "a proposal has a reference");
    let fields = [("event", event.as_str()), ("verdict", "propose"), ("reason", "UPW-9")];
    assert_eq!(world.post(&pia, &decide, &fields).await.status, StatusCode::SEE_OTHER);
    let shown = world.send("GET", &format!("/community/plans/{}/suggestions", plan.as_str()), None, "").await.text;
    assert!(shown.contains("It became a proposal on Monday 2 March 2026 (UPW-9)."), "{shown}");
}

#[tokio::test]
async fn a_scenario_adds_up_to_the_penny_with_its_limit_on_loss() {
    let world = World::new();
    let pia = world.sign_in("w-pia").await;
    let page = world.get(&pia, "/plans/funding").await.text;
    assert!(page.contains("The arithmetic") && page.contains("<strong>£14,000,000.00</strong>"), "{page}");
    let other =
        world.get(&pia, "/plans/funding?first=workload-and-need&second=more-need&total=14500000.01&limit=5").await;
    assert_eq!(other.text.matches("<strong>£14,500,000.01</strong>").count(), 2, "{}", other.text);
    let wrong = world.get(&pia, "/plans/funding?total=ten&limit=101").await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(wrong.text.contains("is not an amount") && wrong.text.contains("from 0 to 100"), "{}", wrong.text);
}

#[tokio::test]
async fn an_assessment_of_equality_is_recorded_with_its_review() {
    let world = World::new();
    let plan = programme(&world);
    let pia = world.sign_in("w-pia").await;
    let path = format!("/plans/{}/equality", plan.as_str());
    let page = world.get(&pia, &path).await.text;
    assert!(page.contains("None has been recorded"), "{page}");
    let (version, event) = (hidden(&page, "version"), hidden(&page, "event"));
    let empty = world.post(&pia, &path, &[("version", &version), ("event", &event)]).await;
    assert_eq!(empty.status, StatusCode::UNPROCESSABLE_ENTITY);
    for sentence in ["Name whom it touches", "Choose what it led to.", "Give the reasoning.", "looked at again as"] {
        assert!(empty.text.contains(sentence), "{sentence}: {}", empty.text);
    }
    let fields = [
        ("version", version.as_str()),
        ("event", &event),
        ("effects", "Women: fewer programmes near home\nDisabled people: sites without steps"),
        ("conclusion", "adjusted"),
        ("note", "Programmes for women in each council area"),
        ("review_by", "1/3/2027"),
    ];
    assert_eq!(world.post(&pia, &path, &fields).await.status, StatusCode::SEE_OTHER);
    let page = world.get(&pia, &path).await.text;
    for said in ["The whole plan", "Women: fewer programmes", "It goes ahead, changed.", "Mon 1 Mar 2027"] {
        assert!(page.contains(said), "{said}: {page}");
    }
}

#[tokio::test]
async fn a_report_is_written_beside_its_figures_issued_and_read_as_it_was_then() {
    let world = World::new();
    let plan = programme(&world);
    let pia = world.sign_in("w-pia").await;
    let base = format!("/plans/{}/reports", plan.as_str());
    let list = world.get(&pia, &base).await.text;
    assert!(list.contains("January to March 2026") && list.contains("the period is running"), "{list}");
    let here = format!("{base}/annual/2024-25");
    let page = world.get(&pia, &here).await.text;
    assert!(page.contains("Nothing has been written here yet."), "{page}");
    assert!(page.contains("Pieces of work") && page.contains("plan.standing"), "{page}");
    let send = async |page: &str, fields: &[(&str, &str)]| {
        let (version, event) = (hidden(page, "version"), hidden(page, "event"));
        let all = [&[("version", version.as_str()), ("event", event.as_str())], fields].concat();
        world.post(&pia, &here, &all).await
    };
    let empty = send(&page, &[("section", "foreword"), ("text-foreword", " ")]).await;
    assert_eq!(empty.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", empty.text);
    let unknown = send(&page, &[("section", "afterword"), ("text-afterword", "Well")]).await;
    assert_eq!(unknown.status, StatusCode::NOT_FOUND);
    let written = send(&page, &[("section", "foreword"), ("text-foreword", "A <b>good</b> year.")]).await;
    assert_eq!((written.status, written.location()), (StatusCode::SEE_OTHER, format!("{here}#foreword").as_str()));
    let page = world.get(&pia, &here).await.text;
    assert!(page.contains("A &lt;b&gt;good&lt;/b&gt; year.") || page.contains("A &#60;b&#62;good"), "{page}");
    assert_eq!(world.get(&pia, &format!("{here}?issued=yes")).await.status, StatusCode::NOT_FOUND);
    assert_eq!(send(&page, &[("issue", "yes")]).await.status, StatusCode::SEE_OTHER);
    let issued = world.get(&pia, &format!("{here}?issued=yes")).await.text;
    assert!(issued.contains("This is the report as it was issued on Monday 2 March 2026."), "{issued}");
    assert!(!issued.contains("Write “Foreword”"), "what was issued is not written on");
    let public = format!("/community{here}");
    assert_eq!(world.send("GET", &public, None, "").await.status, StatusCode::NOT_FOUND, "it is not published");
    assert_eq!(send(&issued, &[("publish", "yes")]).await.status, StatusCode::SEE_OTHER);
    let read = world.send("GET", &public, None, "").await;
    assert_eq!(read.status, StatusCode::OK, "{}", read.text);
    assert!(
        read.text.contains("Published on Monday 2 March 2026.") && read.text.contains("Pieces of work"),
        "{}",
        read.text
    );
    assert!(read.text.contains("A &#60;b&#62;good&#60;/b&#62; year."), "{}", read.text);
    let listed = world.send("GET", &format!("/community/plans/{}", plan.as_str()), None, "").await.text;
    assert!(listed.contains(&public), "{listed}");
    assert!(!world.get(&pia, &format!("{here}?issued=yes")).await.text.contains("Publish the report"));
    let csv = world.get(&pia, &format!("{here}/figures/plan.standing")).await;
    assert!(csv.text.starts_with("part,complete,green,amber,red,undated,work\r\n"), "{}", csv.text);
    assert_eq!(world.get(&pia, &format!("{here}/figures/plan.nothing")).await.status, StatusCode::NOT_FOUND);
    assert_eq!(world.get(&pia, &format!("{here}/document.pdf")).await.status, StatusCode::NOT_FOUND, "none here");
    for wrong in ["annual/2026-q1", "weekly/2026-q1", "cpo/soon"] {
        assert_eq!(world.get(&pia, &format!("{base}/{wrong}")).await.status, StatusCode::NOT_FOUND, "{wrong}");
    }
    let future = world.get(&pia, &format!("{base}/annual/2026-27")).await;
    assert_eq!(future.status, StatusCode::BAD_REQUEST, "{}", future.text);
}

#[tokio::test]
async fn meetings_communities_and_stories_are_recorded_by_forms_and_shown_as_far_as_they_are_public() {
    let world = World::new();
    let plan = programme(&world);
    let pia = world.sign_in("w-pia").await;
    let base = format!("/plans/{}", plan.as_str());
    let say = async |kind: &str, fields: &[(&str, &str)]| {
        let path = format!("{base}/record/{kind}");
        let page = world.get(&pia, &path).await.text;
        let (version, event) = (hidden(&page, "version"), hidden(&page, "event"));
        let own = [("version", version.as_str()), ("event", event.as_str()), ("happened", "2/3/2026")];
        world.post(&pia, &path, &[&own[..], fields].concat()).await
    };
    let called = [
        ("meeting", "board-1"),
        ("kind", "board"),
        ("title", "The board"),
        ("on", "2/3/2026"),
        ("place", "Town hall"),
        ("agenda", "Report\r\nAsk <b>them</b>"),
        ("public", "yes"),
    ];
    let done = say("meeting.called", &called).await;
    assert_eq!((done.status, done.location()), (StatusCode::SEE_OTHER, format!("{base}/partnership").as_str()));
    let twice = say("meeting.called", &called).await;
    assert!(twice.text.contains("board-1 has been called already"), "{}", twice.text);
    let empty = say("meeting.called", &[("title", "Another")]).await;
    assert_eq!(empty.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(empty.text.contains("Place: say it, it is needed."), "{}", empty.text);
    let partner = "omp-board";
    let odd =
        say("meeting.minuted", &[("meeting", "board-1"), ("minutes", "Agreed."), ("attended", "many of us")]).await;
    assert!(odd.text.contains("write a body and how many came from it"), "{}", odd.text);
    let agreed = format!("{partner}, 2/4/2026: Write to both");
    let minutes = [("meeting", "board-1"), ("minutes", "All agreed."), ("agreed", agreed.as_str())];
    let held = say("meeting.minuted", &minutes).await;
    assert_eq!(held.status, StatusCode::SEE_OTHER, "{}", held.text);
    let page = world.get(&pia, &format!("{base}/partnership")).await.text;
    assert!(page.contains("Write to both") && page.contains("Thu 2 Apr 2026"), "{page}");
    assert!(page.contains("7 of 7 whom the law names have not been consulted this year."), "{page}");
    let law = say("consultee.consulted", &[("consultee", "victims"), ("who", "A body"), ("how", "letter")]).await;
    assert_eq!(law.status, StatusCode::SEE_OTHER, "{}", law.text);
    let story = [("story", "s1"), ("title", "A wall"), ("text", "I finished it."), ("about-a-person", "yes")];
    assert_eq!(say("story.written", &story).await.status, StatusCode::SEE_OTHER);
    let refused = say("story.published", &[("story", "s1")]).await;
    assert!(refused.text.contains("no consent is recorded"), "{}", refused.text);
    let page = world.get(&pia, &format!("{base}/partnership")).await.text;
    assert!(page.contains("It cannot be published yet. It is about a person, and no consent is recorded."), "{page}");
    assert!(!page.contains("record/story.published") && page.contains("record/story.consented?story=s1"), "{page}");
    let consent = [("consent-given-on", "1/3/2026"), ("consent-covers", "my words")];
    let story = [("story", "s2"), ("title", "A path"), ("text", "I cleared it."), ("about-a-person", "yes")];
    assert_eq!(say("story.written", &[&story[..], &consent].concat()).await.status, StatusCode::SEE_OTHER);
    assert_eq!(say("story.published", &[("story", "s2")]).await.status, StatusCode::SEE_OTHER);
    let public = world.send("GET", &format!("/community{base}"), None, "").await.text;
    for shown in ["The board", "Ask &#60;b&#62;them", "All agreed.", "I cleared it."] {
        assert!(public.contains(shown), "{shown} in {public}");
    }
    assert!(!public.contains("I finished it."), "{public}");
    let amy = world.sign_in("w-amy").await;
    let not_hers = world.get(&amy, &format!("{base}/record/meeting.called")).await;
    assert_eq!(not_hers.status, StatusCode::FORBIDDEN, "{}", not_hers.text);
    assert_eq!(world.get(&pia, &format!("{base}/record/plan.opened")).await.status, StatusCode::NOT_FOUND);
    assert_eq!(world.get(&amy, &format!("{base}/partnership")).await.status, StatusCode::OK);
}

#[tokio::test]
async fn posts_training_and_offers_are_recorded_by_forms_and_the_public_sees_none() {
    let world = World::new();
    let plan = kept(&world, include_str!("../../../../examples/plans/lothian-borders-2011.toml"));
    let pia = world.sign_in("w-pia").await;
    let base = format!("/plans/{}", plan.as_str());
    let say = async |kind: &str, fields: &[(&str, &str)]| {
        let path = format!("{base}/record/{kind}");
        let page = world.get(&pia, &path).await.text;
        let (version, event) = (hidden(&page, "version"), hidden(&page, "event"));
        let own = [("version", version.as_str()), ("event", event.as_str()), ("happened", "2/3/2026")];
        world.post(&pia, &path, &[&own[..], fields].concat()).await
    };
    let post = [
        ("post", "ed-1"),
        ("body", "edinburgh"),
        ("title", "Social worker"),
        ("needs", "social-work"),
        ("needs", "ls-cmi"),
    ];
    let done = say("post.established", &post).await;
    assert_eq!((done.status, done.location()), (StatusCode::SEE_OTHER, format!("{base}/workforce").as_str()));
    let page = world.get(&pia, &format!("{base}/workforce")).await.text;
    assert!(page.contains("1 post, 1.0 full-time equivalents; 1 is vacant (1.0), the longest for 0 days."), "{page}");
    let form = world.get(&pia, &format!("{base}/record/post.filled?post=ed-1")).await.text;
    assert!(form.contains("<option value=\"ed-1\" selected>Social worker, City of Edinburgh Council (ed-1)"), "{form}");
    assert_eq!(say("post.filled", &[("post", "ed-1"), ("brings", "social-work")]).await.status, StatusCode::SEE_OTHER);
    let page = world.get(&pia, &format!("{base}/workforce")).await.text;
    assert!(page.contains("Missing: Trained to use LS/CMI") && page.contains("none is vacant"), "{page}");
    let trained = [("qualification", "ls-cmi"), ("posts", "ed-1"), ("until", "1/3/2029")];
    assert_eq!(say("training.completed", &trained).await.status, StatusCode::SEE_OTHER);
    let page = world.get(&pia, &format!("{base}/workforce")).await.text;
    assert!(!page.contains("Missing:") && page.contains("Thu 1 Mar 2029"), "{page}");
    let offer = [
        ("offer", "o-1"),
        ("kind", "secondment"),
        ("body", "sps"),
        ("title", "Half a year inside"),
        ("places", "2"),
        ("from", "1/4/2026"),
    ];
    assert_eq!(say("offer.made", &offer).await.status, StatusCode::SEE_OTHER);
    let own = say("offer.taken_up", &[("offer", "o-1"), ("body", "sps"), ("places", "1")]).await;
    assert!(own.text.contains("sps offers it itself. Name the body that takes it up."), "{}", own.text);
    let taken = say("offer.taken_up", &[("offer", "o-1"), ("body", "borders"), ("places", "1")]).await;
    assert_eq!(taken.status, StatusCode::SEE_OTHER, "{}", taken.text);
    let page = world.get(&pia, &format!("{base}/workforce")).await.text;
    assert!(page.contains("1 of 2 places taken") && page.contains("Scottish Borders Council: 1"), "{page}");
    let public = world.send("GET", &format!("/community{base}"), None, "").await.text;
    assert!(!public.contains("Half a year inside") && !public.contains("Social worker"), "{public}");
}
