//! Newsletters and stories: what is told to communities of what is done (S4 section 7). A story about a person is published
//! only with their consent, and no longer than it holds.

use crate::event::{Check, Happening};
use crate::refusal::{Refusal, require, say};
use crate::words::{Line, Note, StoryRef};
use crate::{Plan, Stamp};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

/// That whoever a story is about agrees to what is told. It does not say who they are.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Consent {
    /// When they agreed.
    pub given_on: Date,
    /// To what: "my words, without a name, in the newsletter".
    pub covers: Line,
    /// Until when it holds, where they said so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<Date>,
}

/// Something was written to be told.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Written {
    /// Its reference.
    pub story: StoryRef,
    /// What it is called.
    pub title: Line,
    /// What it says. No names: whoever agreed to be named says so in the consent.
    pub text: Note,
    /// Whether it is about a person: then it needs their consent.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub about_a_person: bool,
    /// Their consent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub consent: Option<Consent>,
}

impl Happening for Written {
    fn check(&self, check: &Check<'_>) -> Result<(), Refusal> {
        check.open_plan()?;
        require(!check.plan.stories.contains_key(&self.story), || {
            format!("story: {} has been written already. Choose another reference.", self.story)
        })
    }

    fn apply(&self, plan: &mut Plan, _: &Stamp) {
        let consent = self.consent.clone();
        let story = Story { written: self.clone(), consent, published_on: None, withdrawn: None };
        plan.stories.insert(self.story.clone(), story);
    }
}

/// Whoever a story is about agreed to what is told, or agreed anew.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Consented {
    /// To which.
    pub story: StoryRef,
    /// Their consent.
    pub consent: Consent,
}

impl Happening for Consented {
    fn check(&self, check: &Check<'_>) -> Result<(), Refusal> {
        let story = known(check, &self.story)?;
        require(story.written.about_a_person, || {
            format!("story: {} is about nobody in particular, so nobody's consent is needed.", self.story)
        })?;
        require(story.withdrawn.is_none(), || format!("story: {} has been withdrawn. Write it anew.", self.story))?;
        require(self.consent.given_on <= check.on, || {
            format!(
                "consent: it was given on {}, which is still to come. Write the day on which they agreed.",
                say(self.consent.given_on)
            )
        })
    }

    fn apply(&self, plan: &mut Plan, _: &Stamp) {
        if let Some(story) = plan.stories.get_mut(&self.story) {
            story.consent = Some(self.consent.clone());
        }
    }
}

/// It was published.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Published {
    /// Which.
    pub story: StoryRef,
}

impl Happening for Published {
    fn check(&self, check: &Check<'_>) -> Result<(), Refusal> {
        let story = known(check, &self.story)?;
        require(story.published_on.is_none() && story.withdrawn.is_none(), || {
            format!("{} has been published or withdrawn already.", self.story)
        })?;
        let missing = story.why_not_told_on(check.on);
        require(missing.is_none(), || format!("{}: {}", self.story, missing.unwrap_or_default()))
    }

    fn apply(&self, plan: &mut Plan, stamp: &Stamp) {
        if let Some(story) = plan.stories.get_mut(&self.story) {
            story.published_on = Some(stamp.happened);
        }
    }
}

/// It is told no longer: whoever it is about took their consent back, or it was wrong.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Withdrawn {
    /// Which.
    pub story: StoryRef,
    /// Why.
    pub reason: Line,
}

impl Happening for Withdrawn {
    fn check(&self, check: &Check<'_>) -> Result<(), Refusal> {
        let story = known(check, &self.story)?;
        require(story.withdrawn.is_none(), || format!("{} has been withdrawn already.", self.story))
    }

    fn apply(&self, plan: &mut Plan, stamp: &Stamp) {
        if let Some(story) = plan.stories.get_mut(&self.story) {
            story.withdrawn = Some((stamp.happened, self.reason.clone()));
        }
    }
}

fn known<'a>(check: &Check<'a>, id: &StoryRef) -> Result<&'a Story, Refusal> {
    check.open_plan()?;
    check.plan.stories.get(id).ok_or_else(|| Refusal::plan(format!("There is no story {id}. Write it first.")))
}

/// A newsletter or a story as it stands.
#[derive(Clone, Debug, PartialEq)]
pub struct Story {
    /// As it was written.
    pub written: Written,
    /// The consent of whoever it is about, as they gave it last.
    pub consent: Option<Consent>,
    /// When it was published.
    pub published_on: Option<Date>,
    /// When and why it was withdrawn.
    pub withdrawn: Option<(Date, Line)>,
}

impl Story {
    /// Why it may not be told on a day; none where it is about nobody, or they agreed and it still holds.
    pub fn why_not_told_on(&self, day: Date) -> Option<String> {
        if !self.written.about_a_person {
            return None;
        }
        let Some(consent) = &self.consent else {
            return Some("It is about a person, and no consent is recorded. Ask them; nothing is told without.".into());
        };
        let holds = consent.given_on <= day && consent.until.is_none_or(|until| day <= until);
        (!holds).then(|| {
            let until = consent.until.map(|until| format!(" until {}", say(until))).unwrap_or_default();
            format!(
                "Their consent was given on {}{until}: it does not hold on {}. Ask them again.",
                say(consent.given_on),
                say(day)
            )
        })
    }

    /// Whether anybody may read it on a day.
    pub fn is_public_on(&self, day: Date) -> bool {
        self.published_on.is_some() && self.withdrawn.is_none() && self.why_not_told_on(day).is_none()
    }
}
