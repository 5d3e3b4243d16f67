//! Consultations: what people were asked, what they answered, which themes run through it, and what was done about it.

use crate::event::{Check, Happening};
use crate::refusal::{Refusal, require, say};
use crate::words::{BodyRef, ConsultationRef, Line, Note, QuestionRef, ResponseRef};
use crate::{Plan, Stamp};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// A consultation was opened.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Opened {
    /// Its reference.
    pub consultation: ConsultationRef,
    /// Its title.
    pub title: Line,
    /// The last day for answers.
    pub closes: Date,
    /// Who was asked by name; anybody may answer.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub asked: Vec<BodyRef>,
}

impl Happening for Opened {
    fn check(&self, check: &Check<'_>) -> Result<(), Refusal> {
        check.open_plan()?;
        self.asked.iter().try_for_each(|body| check.partner(body))?;
        require(!check.plan.consultations.contains_key(&self.consultation), || {
            format!("consultation: {} exists already. Choose another reference.", self.consultation)
        })?;
        require(self.closes >= check.on, || {
            "closes: the last day for answers lies before the first. Give a later one.".into()
        })
    }

    fn apply(&self, plan: &mut Plan, stamp: &Stamp) {
        let consultation = Consultation {
            opened: self.clone(),
            opened_on: stamp.happened,
            withheld: 0,
            questions: Vec::new(),
            responses: BTreeMap::new(),
            themes: BTreeSet::new(),
            replies: Vec::new(),
            closed: None,
        };
        plan.consultations.insert(self.consultation.clone(), consultation);
    }
}

fn known<'a>(check: &Check<'a>, id: &ConsultationRef) -> Result<&'a Consultation, Refusal> {
    check.open_plan()?;
    check
        .plan
        .consultations
        .get(id)
        .ok_or_else(|| Refusal::plan(format!("The plan has no consultation {id}. Open it first.")))
}

fn known_question<'a>(consultation: &'a Consultation, id: &QuestionRef) -> Result<&'a Asked, Refusal> {
    consultation.questions.iter().find(|question| question.question == *id).ok_or_else(|| {
        Refusal::plan(format!(
            "question: {} has no question {id}. Its questions are {} in number.",
            consultation.opened.consultation,
            consultation.questions.len()
        ))
    })
}

/// A question was put.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Asked {
    /// In which consultation.
    pub consultation: ConsultationRef,
    /// Its reference, such as `3.b`.
    pub question: QuestionRef,
    /// The chapter that it belongs to.
    pub chapter: Line,
    /// The question, in short words.
    pub text: Line,
    /// Whether it is a key question: those who answer little answer these.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub key: bool,
    /// Its paragraph in the paper.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub at: Option<Line>,
}

impl Happening for Asked {
    fn check(&self, check: &Check<'_>) -> Result<(), Refusal> {
        let consultation = known(check, &self.consultation)?;
        require(consultation.responses.is_empty(), || {
            "People have answered already, and would not have seen this question. Open another consultation for it."
                .into()
        })?;
        require(known_question(consultation, &self.question).is_err(), || {
            format!("question: {} has been asked already. Choose another reference.", self.question)
        })
    }

    fn apply(&self, plan: &mut Plan, _: &Stamp) {
        if let Some(consultation) = plan.consultations.get_mut(&self.consultation) {
            consultation.questions.push(self.clone());
        }
    }
}

/// Somebody answered.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Answered {
    /// Which consultation.
    pub consultation: ConsultationRef,
    /// The response's reference.
    pub response: ResponseRef,
    /// On whose behalf, if on an organisation's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub organisation: Option<Line>,
    /// The answers by question.
    pub answers: BTreeMap<QuestionRef, Note>,
    /// Whether they agree to be quoted.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub may_be_quoted: bool,
}

impl Happening for Answered {
    fn check(&self, check: &Check<'_>) -> Result<(), Refusal> {
        let consultation = known(check, &self.consultation)?;
        require(consultation.closed.is_none() && check.on <= consultation.opened.closes, || {
            format!(
                "The consultation took answers until {}. Write to its owner instead.",
                say(consultation.opened.closes)
            )
        })?;
        require(!consultation.responses.contains_key(&self.response), || {
            format!("response: {} has been received already.", self.response)
        })?;
        require(!self.answers.is_empty(), || "answers: nothing was answered. Answer at least one question.".into())?;
        self.answers.keys().try_for_each(|question| known_question(consultation, question).map(|_| ()))
    }

    fn apply(&self, plan: &mut Plan, stamp: &Stamp) {
        if let Some(consultation) = plan.consultations.get_mut(&self.consultation) {
            let response = Response { on: stamp.happened, answered: self.clone(), published: None };
            consultation.responses.insert(self.response.clone(), response);
        }
    }
}

/// It was decided whether a response is shown to the public.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Moderated {
    /// Which consultation.
    pub consultation: ConsultationRef,
    /// Which response.
    pub response: ResponseRef,
    /// Whether it is shown.
    pub publish: bool,
    /// Why not, or anything that was left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<Line>,
}

impl Happening for Moderated {
    fn check(&self, check: &Check<'_>) -> Result<(), Refusal> {
        let consultation = known(check, &self.consultation)?;
        known_response(consultation, &self.response)?;
        require(self.publish || self.reason.is_some(), || {
            "reason: a response that is not shown has a reason. Give it.".into()
        })
    }

    fn apply(&self, plan: &mut Plan, _: &Stamp) {
        let responses = plan.consultations.get_mut(&self.consultation).map(|known| &mut known.responses);
        if let Some(response) = responses.and_then(|responses| responses.get_mut(&self.response)) {
            response.published = Some(self.publish);
        }
    }
}

fn known_response<'a>(consultation: &'a Consultation, id: &ResponseRef) -> Result<&'a Response, Refusal> {
    consultation
        .responses
        .get(id)
        .ok_or_else(|| Refusal::plan(format!("response: there is no response {id}. Check the reference.")))
}

/// A theme was found in an answer.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Themed {
    /// Which consultation.
    pub consultation: ConsultationRef,
    /// Which response.
    pub response: ResponseRef,
    /// Which question.
    pub question: QuestionRef,
    /// The theme, in a few words.
    pub theme: Line,
}

impl Happening for Themed {
    fn check(&self, check: &Check<'_>) -> Result<(), Refusal> {
        let consultation = known(check, &self.consultation)?;
        let response = known_response(consultation, &self.response)?;
        require(response.answered.answers.contains_key(&self.question), || {
            format!("question: response {} did not answer {}.", self.response, self.question)
        })
    }

    fn apply(&self, plan: &mut Plan, _: &Stamp) {
        if let Some(consultation) = plan.consultations.get_mut(&self.consultation) {
            consultation.themes.insert((self.question.clone(), self.theme.clone(), self.response.clone()));
        }
    }
}

/// "You said, we did": it was told what came of an answer.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Replied {
    /// Which consultation.
    pub consultation: ConsultationRef,
    /// To which question.
    pub question: QuestionRef,
    /// What people said.
    pub said: Note,
    /// What was done about it, or why nothing was.
    pub did: Note,
}

impl Happening for Replied {
    fn check(&self, check: &Check<'_>) -> Result<(), Refusal> {
        let consultation = known(check, &self.consultation)?;
        known_question(consultation, &self.question)?;
        let answered =
            consultation.responses.values().any(|response| response.answered.answers.contains_key(&self.question));
        require(answered, || {
            format!("question: nobody has answered {}, so there is nothing that they said.", self.question)
        })
    }

    fn apply(&self, plan: &mut Plan, _: &Stamp) {
        if let Some(consultation) = plan.consultations.get_mut(&self.consultation) {
            consultation.replies.push(self.clone());
        }
    }
}

/// The consultation was closed.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Closed {
    /// Which.
    pub consultation: ConsultationRef,
}

impl Happening for Closed {
    fn check(&self, check: &Check<'_>) -> Result<(), Refusal> {
        require(known(check, &self.consultation)?.closed.is_none(), || {
            format!("The consultation {} is closed already.", self.consultation)
        })
    }

    fn apply(&self, plan: &mut Plan, stamp: &Stamp) {
        if let Some(consultation) = plan.consultations.get_mut(&self.consultation) {
            consultation.closed = Some(stamp.happened);
        }
    }
}

/// A response as it stands.
#[derive(Clone, Debug, PartialEq)]
pub struct Response {
    /// When it was received.
    pub on: Date,
    /// What it says.
    pub answered: Answered,
    /// Whether it is shown to the public; none until somebody has decided.
    pub published: Option<bool>,
}

/// A consultation as it stands.
#[derive(Clone, Debug, PartialEq)]
pub struct Consultation {
    /// As it was opened.
    pub opened: Opened,
    /// The first day for answers.
    pub opened_on: Date,
    /// How many responses are left out because nobody has let them through; none where nothing is left out.
    pub withheld: usize,
    /// Its questions in their order.
    pub questions: Vec<Asked>,
    /// Its responses.
    pub responses: BTreeMap<ResponseRef, Response>,
    /// Which theme was found in whose answer to which question.
    pub themes: BTreeSet<(QuestionRef, Line, ResponseRef)>,
    /// What was done about it.
    pub replies: Vec<Replied>,
    /// When it was closed.
    pub closed: Option<Date>,
}

/// What came of one question.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Analysis<'a> {
    /// The question.
    pub question: &'a QuestionRef,
    /// How many answered it.
    pub answers: usize,
    /// In how many of their answers each theme was found, the most frequent first.
    pub themes: Vec<(&'a Line, usize)>,
    /// What may be shown and quoted.
    pub quotations: Vec<&'a Note>,
}

impl Consultation {
    /// What came of each question.
    pub fn analysis(&self) -> Vec<Analysis<'_>> {
        self.questions.iter().map(|asked| self.analysis_of(&asked.question)).collect()
    }

    fn analysis_of<'a>(&'a self, question: &'a QuestionRef) -> Analysis<'a> {
        let answers = || self.responses.values().filter_map(|one| Some((one, one.answered.answers.get(question)?)));
        let mut counts: BTreeMap<&Line, usize> = BTreeMap::new();
        for (_, theme, _) in self.themes.iter().filter(|(about, _, _)| about == question) {
            *counts.entry(theme).or_default() += 1;
        }
        let mut themes: Vec<_> = counts.into_iter().collect();
        themes.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
        let shown = answers().filter(|(one, _)| one.published == Some(true) && one.answered.may_be_quoted);
        Analysis { question, answers: answers().count(), themes, quotations: shown.map(|(_, answer)| answer).collect() }
    }
}
