//! Everything that can be recorded on a record, by part of practice: what is possible now comes first.

use super::sitting::{self, Sitting};
use super::{RECORDERS, possible};
use crate::Desk;
use crate::frame::{self, Frame, Section};
use crate::person::bar::Bar;
use crate::routes::Routes;
use crate::session::Seen;
use crate::trouble::Trouble;
use askama::Template;
use axum::extract::{Path, State};
use axum::response::Response;

pub(crate) fn routes(routes: Routes) -> Routes {
    routes.get("/people/{id}/record", RECORDERS, "what can be recorded", choose)
}

#[derive(Template)]
#[template(path = "recording/chooser.html")]
struct Chooser {
    frame: Frame,
    bar: Bar,
    name: String,
    person: String,
    /// The page to go back to: supervisors see the hours alone.
    back: String,
    parts: Vec<Part>,
    /// What cannot be recorded yet, and why.
    later: Vec<(String, &'static str)>,
    may_record_contact: bool,
}

/// A part of practice.
struct Part {
    title: String,
    kinds: Vec<(String, String)>,
}

async fn choose(State(desk): State<Desk>, seen: Seen, Path(person): Path<String>) -> Result<Response, Trouble> {
    let sitting = Sitting::at(&desk, &seen, &person, "").await?;
    let mut parts = Vec::new();
    let mut later = Vec::new();
    for (part, title) in desk.words().parts().iter().filter(|(part, _)| part != "amend") {
        let mut kinds = Vec::new();
        for (kind, title) in desk.words().kinds_of(part).filter(|(kind, _)| sitting.may(kind)) {
            match possible::not_yet(kind, &sitting.ground.record, sitting.today()) {
                None => kinds.push((format!("{}/record/{kind}", sitting.page()), title.into_owned())),
                Some(why) => later.push((title.into_owned(), why)),
            }
        }
        if !kinds.is_empty() {
            parts.push(Part { title: title.clone(), kinds });
        }
    }
    let page = Chooser {
        frame: Frame::of(&desk, &seen, Section::Elsewhere),
        bar: sitting.bar(&desk, &seen),
        name: sitting.name.clone(),
        person: sitting.page(),
        back: sitting::home_of(&seen, &sitting.person),
        may_record_contact: sitting.may("contact.held"),
        parts,
        later,
    };
    frame::page(&page)
}
