//! Those who do the work of a plan: posts with their vacancies, what their holders are trained in, and what bodies offer each other.

use super::part::body;
use super::{Head, STAFF, Then, frame, look};
use crate::Desk;
use crate::frame::Frame;
use crate::routes::Routes;
use crate::session::Seen;
use crate::trouble::Trouble;
use crate::when;
use crate::whose::encoded;
use crate::words::{capital, counted, many};
use askama::Template;
use axum::extract::{Path, Query, State};
use axum::response::Response;
use jiff::civil::Date;
use planning::Plan;
use planning::offer::Offer;
use planning::workforce::{Post, PostStanding, Qualifications, Training};

pub(super) fn routes(routes: Routes) -> Routes {
    routes.get("/plans/{plan}/workforce", STAFF, "posts, training, and what bodies offer each other", show)
}

struct PostRow {
    id: String,
    title: String,
    body: String,
    hours: String,
    standing: String,
    is_vacant: bool,
    needs: String,
    lacks: String,
}

/// What is needed: in words, how many need it and have it, and for how many it lapses soon.
struct NeedRow {
    text: String,
    needed: usize,
    held: usize,
    missing: usize,
    lapsing: usize,
}

struct TrainingRow {
    on: String,
    text: String,
    people: usize,
    bodies: String,
    until: String,
}

struct OfferRow {
    id: String,
    title: String,
    about: String,
    note: String,
    places: String,
    taken: Vec<String>,
    is_open: bool,
    withdrawn: Option<String>,
}

#[derive(Template)]
#[template(path = "plans/workforce.html")]
struct Page {
    frame: Frame,
    head: Head,
    said: String,
    posts: Vec<PostRow>,
    needs: Vec<NeedRow>,
    trainings: Vec<TrainingRow>,
    offers: Vec<OfferRow>,
}

async fn show(
    State(desk): State<Desk>,
    seen: Seen,
    Path(id): Path<String>,
    Query(then): Query<Then>,
) -> Result<Response, Trouble> {
    let (id, view) = look(&desk, &seen, &id, &then).await?;
    let head = Head::of(&id, &view, &then, "/workforce");
    let (plan, today) = (&view.plan, view.judged_on);
    let names = desk.rules().qualifications();
    let needs = plan.qualified(today).into_iter().map(|(id, holding)| NeedRow {
        text: names.words(id),
        needed: holding.needed,
        held: holding.held,
        missing: holding.needed - holding.held,
        lapsing: holding.lapsing,
    });
    let page = Page {
        frame: frame(&desk, &seen),
        said: staffing(plan, today),
        posts: posts(plan, names, today),
        needs: needs.collect(),
        trainings: plan.trainings.iter().rev().map(|one| training(plan, names, one)).collect(),
        offers: offers(plan, today),
        head,
    };
    crate::frame::page(&page)
}

/// "9 posts, 7.6 full-time equivalents; 2 are vacant (1.6), the longest for 70 days."
fn staffing(plan: &Plan, today: Date) -> String {
    let all: Vec<_> = plan.staffing(today).into_values().collect();
    let full_time = |share: u32| format!("{:.1}", f64::from(share) / 100.0);
    let posts = all.iter().map(|one| one.posts).sum();
    let share = all.iter().map(|one| one.share).sum();
    let vacant: usize = all.iter().map(|one| one.vacant).sum();
    let together = format!("{}, {} full-time equivalents", many(posts, "post", "posts"), full_time(share));
    if vacant == 0 {
        return format!("{together}; none is vacant.");
    }
    let vacant_share = full_time(all.iter().map(|one| one.vacant_share).sum());
    let longest = all.iter().map(|one| one.longest).max().unwrap_or_default();
    let is = if vacant == 1 { "is" } else { "are" };
    let days = counted(longest.into(), "day", "days");
    format!("{together}; {vacant} {is} vacant ({vacant_share}), the longest for {days}.")
}

/// The posts: those that want something first, each body's together.
fn posts(plan: &Plan, names: &Qualifications, today: Date) -> Vec<PostRow> {
    let mut posts: Vec<&Post> = plan.posts.values().collect();
    posts.sort_by_key(|post| {
        let longest_first = post.vacant_for(today).map_or(i32::MAX, |days| -days);
        (longest_first, post.lacks(today).is_empty(), &post.established.body)
    });
    let row = |post: &Post| {
        let established = &post.established;
        let standing = match post.standing {
            PostStanding::Vacant { since } => {
                let days = counted(post.vacant_for(today).unwrap_or_default().into(), "day", "days");
                format!("for {days}, since {}", when::short_day(since))
            }
            PostStanding::Held { since, .. } => format!("held since {}", when::short_day(since)),
        };
        PostRow {
            id: established.post.to_string(),
            title: established.title.to_string(),
            body: body(plan, &established.body),
            hours: established
                .part_time
                .map_or_else(|| "full time".to_owned(), |share| format!("{share} of 100 hours")),
            standing,
            is_vacant: post.vacant_for(today).is_some(),
            needs: in_words(names, established.needs.iter()),
            lacks: in_words(names, post.lacks(today).into_iter()),
        }
    };
    posts.into_iter().map(row).collect()
}

fn in_words<'a>(names: &Qualifications, all: impl Iterator<Item = &'a planning::QualificationRef>) -> String {
    all.map(|id| names.words(id)).collect::<Vec<_>>().join("; ")
}

fn training(plan: &Plan, names: &Qualifications, training: &Training) -> TrainingRow {
    let bodies: Vec<String> = training.bodies.iter().map(|one| body(plan, one)).collect();
    TrainingRow {
        on: when::short_day(training.on),
        text: names.words(&training.qualification),
        people: training.people,
        bodies: format!("{}{}", bodies.join(", "), if bodies.len() > 1 { " (joint)" } else { "" }),
        until: training.until.map_or_else(|| "does not lapse".to_owned(), when::short_day),
    }
}

/// The offers: those that can be taken up first.
fn offers(plan: &Plan, today: Date) -> Vec<OfferRow> {
    let mut offers: Vec<&Offer> = plan.offers.values().collect();
    offers.sort_by_key(|offer| (!offer.is_open_on(today), offer.made.from));
    let row = |offer: &Offer| {
        let made = &offer.made;
        let until = made.until.map(|until| format!(" to {}", when::short_day(until))).unwrap_or_default();
        let kind = capital(made.kind.words());
        OfferRow {
            id: made.offer.to_string(),
            title: made.title.to_string(),
            about: format!("{}, {}; {}{until}", kind, body(plan, &made.body), when::short_day(made.from)),
            note: made.note.as_ref().map(ToString::to_string).unwrap_or_default(),
            places: format!("{} of {} places taken", offer.taken(), made.places),
            taken: offer.taken_up.iter().map(|(_, who, places)| format!("{}: {places}", body(plan, who))).collect(),
            is_open: offer.is_open_on(today),
            withdrawn: offer
                .withdrawn
                .as_ref()
                .map(|(on, why)| format!("withdrawn on {}: {why}", when::short_day(*on))),
        }
    };
    offers.into_iter().map(row).collect()
}

impl Page {
    /// Where something about one of these is recorded.
    fn record(&self, kind: &str, field: &str, id: &str) -> String {
        format!("{}/record/{kind}?{field}={}", self.head.base, encoded(id))
    }
}
