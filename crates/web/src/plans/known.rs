//! What a form about a plan can choose from, in words: what the plan holds, and what its rules name.

use super::forms::Sort;
use super::part::body;
use crate::Desk;
use crate::when;
use planning::Plan;
use planning::workforce::{Post, PostStanding};

/// A value and the words for it.
pub(super) type Choice = (String, String);

/// The choices of a sort.
pub(super) fn choices(desk: &Desk, plan: &Plan, sort: Sort) -> Vec<Choice> {
    match sort {
        Sort::Partner => {
            let partners = plan.partners.iter().filter(|(_, partner)| partner.left.is_none());
            partners.map(|(body, partner)| (body.to_string(), partner.joined.name.to_string())).collect()
        }
        Sort::Consultee => {
            let all = desk.rules().consultees().all.iter();
            all.map(|one| (one.id.to_string(), one.text.to_string())).collect()
        }
        Sort::Qualification => {
            let all = desk.rules().qualifications().all.iter();
            all.map(|one| (one.id.to_string(), one.text.to_string())).collect()
        }
        Sort::Meeting => {
            let mut all: Vec<_> = plan.meetings.values().map(|meeting| &meeting.called).collect();
            all.sort_by_key(|called| std::cmp::Reverse(called.on));
            let words = all.into_iter();
            words.map(|one| (one.meeting.to_string(), format!("{}, {}", one.title, when::short_day(one.on)))).collect()
        }
        Sort::Community => {
            plan.communities.iter().map(|(id, one)| (id.to_string(), one.named.name.to_string())).collect()
        }
        Sort::Story => {
            let told = plan.stories.iter().filter(|(_, story)| story.withdrawn.is_none());
            told.map(|(id, story)| (id.to_string(), story.written.title.to_string())).collect()
        }
        Sort::Consultation => {
            let open = plan.consultations.iter().filter(|(_, one)| one.closed.is_none());
            open.map(|(id, one)| (id.to_string(), one.opened.title.to_string())).collect()
        }
        Sort::Risk => {
            let open = plan.risks.iter().filter(|(_, risk)| risk.closed.is_none());
            open.map(|(id, risk)| (id.to_string(), risk.noted.text.to_string())).collect()
        }
        Sort::Service => {
            let mut all: Vec<Choice> =
                plan.budgets.values().map(|budget| (budget.service.to_string(), budget.title.to_string())).collect();
            all.sort();
            all.dedup_by(|one, other| one.0 == other.0);
            all
        }
        Sort::Post => posts(plan, |_| true),
        Sort::VacantPost => posts(plan, |post| matches!(post.standing, PostStanding::Vacant { .. })),
        Sort::HeldPost => posts(plan, |post| matches!(post.standing, PostStanding::Held { .. })),
        Sort::Offer => {
            let open = plan.offers.iter().filter(|(_, offer)| offer.withdrawn.is_none());
            open.map(|(id, offer)| (id.to_string(), format!("{}, {}", offer.made.title, body(plan, &offer.made.body))))
                .collect()
        }
    }
}

fn posts(plan: &Plan, wanted: impl Fn(&Post) -> bool) -> Vec<Choice> {
    let posts = plan.posts.values().filter(|post| wanted(post)).map(|post| &post.established);
    posts
        .map(|one| (one.post.to_string(), format!("{}, {} ({})", one.title, body(plan, &one.body), one.post)))
        .collect()
}
