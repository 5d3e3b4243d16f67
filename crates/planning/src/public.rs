//! What of a plan the public may read.

use crate::Plan;
use crate::consultation::Response;
use crate::status::Status;
use jiff::civil::Date;

impl Plan {
    /// Whether anybody may read it: once it has been consulted upon, and while anybody is asked about it.
    pub fn is_public(&self) -> bool {
        let asks = self.consultations.values().any(|consultation| consultation.closed.is_none());
        self.opened.is_some() && (self.status != Status::Draft || asks)
    }

    /// The plan without what staff alone may read: responses that nobody has let through, and suggestions that nobody has
    /// decided or that are hidden, reports that have not been published, meetings that
    /// are not public, addresses of partners, stories that are not told, and the workforce: who knows a post knows who holds it. How the work stands is told to everybody.
    #[must_use]
    pub fn for_the_public(mut self) -> Self {
        for consultation in self.consultations.values_mut() {
            let counted = consultation.responses.len();
            consultation.responses.retain(|_, response: &mut Response| response.published == Some(true));
            consultation.withheld = counted - consultation.responses.len();
        }
        self.suggestions.retain(|_, suggestion| suggestion.is_public());
        self.reports.retain(|_, report| report.published.is_some());
        self.partners.values_mut().for_each(|partner| partner.address = None);
        self.meetings.retain(|_, meeting| meeting.called.public);
        self.posts.clear();
        self.trainings.clear();
        self.offers.clear();
        self.stories.retain(|_, story| story.published_on.is_some() && story.withdrawn.is_none());
        self
    }
}

impl crate::consultation::Consultation {
    /// Whether an answer on this day is taken.
    pub fn takes_answers_on(&self, day: Date) -> bool {
        self.closed.is_none() && self.opened_on <= day && day <= self.opened.closes
    }
}
