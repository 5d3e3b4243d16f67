//! What anybody sees and can do without an account: read the plans that are public, answer a consultation, suggest unpaid work.
//!
//! Nothing is asked of other parties, and nothing needs a script: a program that fills in forms is told from a person by a
//! field that people do not see, by how soon the form came back, and by how many came from one address; and staff look at
//! everything before anybody else does.

mod consultation;
mod plan;
mod report;
mod suggestion;

use crate::Desk;
use crate::form::Form;
use crate::frame::{self, Frame, Section};
use crate::routes::{Access, Routes};
use crate::session::{Seen, Visitor};
use crate::trouble::Trouble;
use crate::when;
use crate::whose::encoded;
use askama::Template;
use axum::Extension;
use axum::extract::State;
use axum::response::Response;
use jiff::civil::Date;
use service::{ListedConsultation, Seed, Sender};

pub(crate) fn routes(routes: Routes) -> Routes {
    let routes = routes
        .get("/community", Access::Everybody, "what anybody may read of plans, and be asked about them", front)
        .get("/community/thanks", Access::Everybody, "thanks for what was sent", thanks);
    suggestion::routes(consultation::routes(report::routes(plan::routes(routes))))
}

/// Whether an address is one of these pages.
pub(crate) fn is_for_anybody(path: &str) -> bool {
    path == "/community" || path.starts_with("/community/")
}

/// Whoever reads a public page, if they happen to be signed in.
type Perhaps = Option<Extension<Seen>>;

/// The frame of a public page. It says nothing of what the reader does here.
fn around(desk: &Desk, seen: Perhaps) -> Frame {
    match seen {
        Some(Extension(seen)) => Frame::of(desk, &seen, Section::Elsewhere),
        None => Frame::for_anybody(desk),
    }
}

struct Listed {
    href: String,
    title: String,
    about: String,
}

#[derive(Template)]
#[template(path = "community/front.html")]
struct Front {
    frame: Frame,
    open: Vec<Listed>,
    closed: Vec<Listed>,
    plans: Vec<Listed>,
    suggest: Vec<Listed>,
}

async fn front(State(desk): State<Desk>, seen: Perhaps) -> Result<Response, Trouble> {
    let (plans, consultations) =
        desk.before_sign_in(|service| Ok((service.public_plans()?, service.public_consultations()?))).await?;
    let today = when::day_of(desk.now());
    let day = |text: &str| text.parse::<Date>().map(when::day).unwrap_or_default();
    let is_open = |one: &ListedConsultation| {
        let closes = one.row.closes.parse::<Date>().ok();
        one.row.closed_on.is_none() && closes.is_some_and(|closes| closes >= today)
    };
    let listed = |one: ListedConsultation| Listed {
        href: format!(
            "/community/plans/{}/consultations/{}",
            encoded(one.plan.as_str()),
            encoded(&one.row.consultation)
        ),
        about: format!("{} questions, until {}", one.row.questions, day(&one.row.closes)),
        title: one.row.title,
    };
    let (open, closed): (Vec<_>, Vec<_>) = consultations.into_iter().partition(is_open);
    let in_force = plans.iter().filter(|plan| plan.row.kind == "area plan" || plan.row.kind.contains("improvement"));
    let suggest = in_force.map(|plan| Listed {
        href: format!("/community/plans/{}/suggestions", encoded(plan.id.as_str())),
        title: "Suggest unpaid work that would help your community".to_owned(),
        about: plan.row.title.clone(),
    });
    let page = Front {
        frame: around(&desk, seen),
        open: open.into_iter().map(listed).collect(),
        closed: closed.into_iter().map(listed).collect(),
        suggest: suggest.collect(),
        plans: plans
            .into_iter()
            .map(|plan| Listed {
                href: format!("/community/plans/{}", encoded(plan.id.as_str())),
                about: format!("{}, {}; {}", plan.row.kind, plan.row.status, plan.row.holds),
                title: plan.row.title,
            })
            .collect(),
    };
    frame::page(&page)
}

#[derive(Template)]
#[template(path = "community/thanks.html")]
struct Thanks {
    frame: Frame,
}

async fn thanks(State(desk): State<Desk>, seen: Perhaps) -> Result<Response, Trouble> {
    frame::page(&Thanks { frame: around(&desk, seen) })
}

/// A form that is shown now: its identifier and its signed time go with it.
async fn fresh(desk: &Desk, mut form: Form) -> Result<Form, Trouble> {
    let now = desk.now();
    let seed = Seed::new((desk.platform().secret)());
    let shown = desk.before_sign_in(move |service| service.form_time(now, seed)).await?;
    form.set("shown", shown.0);
    form.set("id", (desk.platform().new_id)(now).to_string());
    Ok(form)
}

/// What a form says of whoever sent it.
enum Sent {
    /// A person, as far as can be told.
    By(Sender),
    /// A program that fills in every field it finds. It is told that all went well, and learns nothing.
    ByAProgram,
    /// The form is shown again, with the sentence.
    Again,
}

/// Who sent a form. The field `website` is hidden from people.
async fn sender(desk: &Desk, visitor: &Visitor, form: &mut Form, field: &str) -> Result<Sent, Trouble> {
    if !form.get("website").is_empty() {
        return Ok(Sent::ByAProgram);
    }
    let (now, shown) = (desk.now(), form.get("shown").to_owned());
    let good = desk.before_sign_in(move |service| service.form_time_is_good(now, &shown)).await?;
    let id = form.get("id").parse::<uuid::Uuid>();
    match (good, id) {
        (Ok(()), Ok(id)) => Ok(Sent::By(Sender { at: now, id, address: visitor.address().to_owned() })),
        (Err(reason), _) => {
            form.wrong(field, reason.to_string());
            Ok(Sent::Again)
        }
        (Ok(()), Err(_)) => {
            form.wrong(field, service::TooSoon::Stale.to_string());
            Ok(Sent::Again)
        }
    }
}

#[cfg(test)]
mod tests;
