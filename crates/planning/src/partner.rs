//! Who takes part in a plan, in which role and with which duties.

use crate::event::{Check, Happening};
use crate::refusal::{Refusal, require};
use crate::words::{BodyRef, Line};
use crate::{Plan, Stamp};
use serde::{Deserialize, Serialize};

/// What a partner is to the plan.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// Answers for the plan.
    Owner,
    /// Has a duty in law to take part.
    StatutoryPartner,
    /// A council of the area.
    Council,
    /// Takes part by agreement.
    Partner,
    /// Provides services under contract or grant.
    Provider,
    /// Advises or inspects.
    Adviser,
    /// Is asked, and answers.
    Consulted,
}

impl Role {
    /// The role in words.
    pub const fn words(self) -> &'static str {
        match self {
            Self::Owner => "owner",
            Self::StatutoryPartner => "statutory partner",
            Self::Council => "council",
            Self::Partner => "partner",
            Self::Provider => "provider",
            Self::Adviser => "adviser",
            Self::Consulted => "consulted",
        }
    }
}

/// An organisation joined.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Joined {
    /// Its reference.
    pub body: BodyRef,
    /// Its name.
    pub name: Line,
    /// What it is to the plan.
    pub roles: Vec<Role>,
    /// What it has undertaken, or must do by law.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub duties: Vec<Line>,
}

impl Happening for Joined {
    fn check(&self, check: &Check<'_>) -> Result<(), Refusal> {
        check.open_plan()?;
        require(!self.roles.is_empty(), || {
            format!("roles: {} has none. Say what it is to the plan, such as statutory_partner.", self.body)
        })?;
        require(check.plan.partners.get(&self.body).is_none_or(|known| known.left.is_some()), || {
            format!("{} takes part already. Correct that entry to change its roles.", self.body)
        })
    }

    fn apply(&self, plan: &mut Plan, _: &Stamp) {
        plan.partners.insert(self.body.clone(), Partner { joined: self.clone(), left: None, address: None });
    }
}

/// An organisation left.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Left {
    /// Its reference.
    pub body: BodyRef,
    /// Why.
    pub reason: Line,
}

impl Happening for Left {
    fn check(&self, check: &Check<'_>) -> Result<(), Refusal> {
        check.open_plan()?;
        check.partner(&self.body)?;
        let led = check.plan.commitments.standing().find(|item| item.work.lead.as_ref() == Some(&self.body));
        require(led.is_none_or(|item| item.work.stage.is_over()), || {
            let item = led.map(|item| item.id.to_string()).unwrap_or_default();
            format!("{} leads {item}. Give it another lead first, so that nothing is left without one.", self.body)
        })
    }

    fn apply(&self, plan: &mut Plan, _: &Stamp) {
        if let Some(partner) = plan.partners.get_mut(&self.body) {
            partner.left = Some(self.reason.clone());
        }
    }
}

/// Where an organisation is told each week of what it leads and what is late or due soon. The public does not see it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ReachedAt {
    /// Which.
    pub body: BodyRef,
    /// Its e-mail address; none, and it is told no longer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub email: Option<Line>,
}

impl Happening for ReachedAt {
    fn check(&self, check: &Check<'_>) -> Result<(), Refusal> {
        check.open_plan()?;
        check.partner(&self.body)?;
        let is_address = |email: &Line| {
            let parts = email.as_str().split_once('@');
            parts.is_some_and(|(name, host)| !name.is_empty() && host.contains('.') && !host.contains('@'))
                && !email.as_str().contains(char::is_whitespace)
        };
        require(self.email.as_ref().is_none_or(is_address), || {
            "email: that is no address. Write one, such as plan@hills.example.".into()
        })
    }

    fn apply(&self, plan: &mut Plan, _: &Stamp) {
        if let Some(partner) = plan.partners.get_mut(&self.body) {
            partner.address.clone_from(&self.email);
        }
    }
}

/// An organisation in the plan.
#[derive(Clone, Debug, PartialEq)]
pub struct Partner {
    /// As it joined.
    pub joined: Joined,
    /// Why it left, if it did.
    pub left: Option<Line>,
    /// Where it is told of what it leads.
    pub address: Option<Line>,
}
