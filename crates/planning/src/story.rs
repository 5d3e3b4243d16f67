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
        let story = Story { written: self.clone(), published_on: None, withdrawn: None };
        plan.stories.insert(self.story.clone(), story);
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
        require(story.may_be_told_on(check.on), || match &story.written.consent {
            None => format!(
                "{} is about a person, and no consent is recorded. Ask them; nothing is told without.",
                self.story
            ),
            Some(consent) => format!(
                "The consent for {} was given on {}{}: it does not hold on {}. Ask them again.",
                self.story,
                say(consent.given_on),
                consent.until.map(|until| format!(" until {}", say(until))).unwrap_or_default(),
                say(check.on)
            ),
        })
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
    /// When it was published.
    pub published_on: Option<Date>,
    /// When and why it was withdrawn.
    pub withdrawn: Option<(Date, Line)>,
}

impl Story {
    /// Whether it may be told on a day: it is about nobody, or they agreed and it still holds.
    pub fn may_be_told_on(&self, day: Date) -> bool {
        let agreed = |consent: &Consent| consent.given_on <= day && consent.until.is_none_or(|until| day <= until);
        !self.written.about_a_person || self.written.consent.as_ref().is_some_and(agreed)
    }

    /// Whether anybody may read it on a day.
    pub fn is_public_on(&self, day: Date) -> bool {
        self.published_on.is_some() && self.withdrawn.is_none() && self.may_be_told_on(day)
    }
}
