//! Who does the work: the posts of each body with what they need, who is vacant and for how long, and what their holders are
//! trained in (S1 section 3). A post has a holder and no name: a plan speaks of nobody.

use crate::event::{Check, Happening};
use crate::refusal::{Refusal, require};
use crate::words::{BodyRef, Line, PostRef, QualificationRef};
use crate::{Plan, ReadError, Stamp};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// Trainings that lapse within so many days are told of.
const LAPSES_SOON: i32 = 92;

/// What posts can need and training can give: data, see `plans/qualifications.toml`.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Qualifications {
    /// Each of them.
    #[serde(rename = "qualification")]
    pub all: Vec<Qualification>,
}

/// Something to be registered for or trained in.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Qualification {
    /// Its reference.
    pub id: QualificationRef,
    /// In words.
    pub text: Line,
    /// Where it is asked for.
    pub source: Line,
}

impl Qualifications {
    /// Reads them from their file.
    pub fn parse(text: &str) -> Result<Self, ReadError> {
        toml::from_str(text).map_err(|error| ReadError::file("the qualifications", &error))
    }

    /// A qualification in words; its reference where the file does not know it.
    pub fn words(&self, id: &QualificationRef) -> String {
        self.all.iter().find(|one| one.id == *id).map_or_else(|| id.to_string(), |one| one.text.to_string())
    }
}

/// A body has a post. It is vacant until somebody holds it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Established {
    /// Its reference.
    pub post: PostRef,
    /// Whose it is.
    pub body: BodyRef,
    /// What it is called: "Social worker, community payback".
    pub title: Line,
    /// Hours in a hundred of full time; none for full time.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub part_time: Option<u8>,
    /// What whoever holds it must be trained in or registered for.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub needs: BTreeSet<QualificationRef>,
}

impl Happening for Established {
    fn check(&self, check: &Check<'_>) -> Result<(), Refusal> {
        check.open_plan()?;
        check.partner(&self.body)?;
        require(!check.plan.posts.contains_key(&self.post), || {
            format!("post: {} has been established already. Choose another reference.", self.post)
        })?;
        require(self.part_time.is_none_or(|share| (1..100).contains(&share)), || {
            "part_time: write how many of a hundred hours of full time, from 1 to 99, or nothing for full time.".into()
        })
    }

    fn apply(&self, plan: &mut Plan, stamp: &Stamp) {
        let post = Post { established: self.clone(), standing: PostStanding::Vacant { since: stamp.happened } };
        plan.posts.insert(self.post.clone(), post);
    }
}

/// Somebody took up a post.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Filled {
    /// Which.
    pub post: PostRef,
    /// What they are trained in or registered for as they come.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub brings: BTreeSet<QualificationRef>,
}

impl Happening for Filled {
    fn check(&self, check: &Check<'_>) -> Result<(), Refusal> {
        let post = known(check, &self.post)?;
        require(matches!(post.standing, PostStanding::Vacant { .. }), || {
            format!("post: {} is held already. Record first that it became vacant.", self.post)
        })
    }

    fn apply(&self, plan: &mut Plan, stamp: &Stamp) {
        if let Some(post) = plan.posts.get_mut(&self.post) {
            let holds = self.brings.iter().map(|one| (one.clone(), None)).collect();
            post.standing = PostStanding::Held { since: stamp.happened, holds };
        }
    }
}

/// A post became vacant; what its holder was trained in went with them.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Vacated {
    /// Which.
    pub post: PostRef,
}

impl Happening for Vacated {
    fn check(&self, check: &Check<'_>) -> Result<(), Refusal> {
        let post = known(check, &self.post)?;
        require(matches!(post.standing, PostStanding::Held { .. }), || {
            format!("post: {} is vacant already.", self.post)
        })
    }

    fn apply(&self, plan: &mut Plan, stamp: &Stamp) {
        if let Some(post) = plan.posts.get_mut(&self.post) {
            post.standing = PostStanding::Vacant { since: stamp.happened };
        }
    }
}

/// A post is there no longer.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Closed {
    /// Which.
    pub post: PostRef,
    /// Why.
    pub reason: Line,
}

impl Happening for Closed {
    fn check(&self, check: &Check<'_>) -> Result<(), Refusal> {
        known(check, &self.post).map(drop)
    }

    fn apply(&self, plan: &mut Plan, _: &Stamp) {
        plan.posts.remove(&self.post);
    }
}

/// The holders of posts were trained in something, together where the posts are of several bodies.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Trained {
    /// Whose holders.
    pub posts: BTreeSet<PostRef>,
    /// In what.
    pub qualification: QualificationRef,
    /// The last day on which it holds; none where it does not lapse.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<Date>,
}

impl Happening for Trained {
    fn check(&self, check: &Check<'_>) -> Result<(), Refusal> {
        require(!self.posts.is_empty(), || "posts: say whose holders were trained.".into())?;
        for id in &self.posts {
            let post = known(check, id)?;
            require(matches!(post.standing, PostStanding::Held { since, .. } if since <= check.on), || {
                format!("posts: nobody held {id} on that day. Record first that it was filled.")
            })?;
        }
        require(self.until.is_none_or(|until| until > check.on), || {
            "until: that is not after the day of the training. Write the last day on which it holds, or nothing.".into()
        })
    }

    fn apply(&self, plan: &mut Plan, stamp: &Stamp) {
        let mut bodies = BTreeSet::new();
        for id in &self.posts {
            if let Some(post) = plan.posts.get_mut(id) {
                bodies.insert(post.established.body.clone());
                if let PostStanding::Held { holds, .. } = &mut post.standing {
                    holds.insert(self.qualification.clone(), self.until);
                }
            }
        }
        let people = self.posts.len();
        let qualification = self.qualification.clone();
        plan.trainings.push(Training { on: stamp.happened, qualification, until: self.until, people, bodies });
    }
}

fn known<'a>(check: &Check<'a>, id: &PostRef) -> Result<&'a Post, Refusal> {
    check.open_plan()?;
    check.plan.posts.get(id).ok_or_else(|| Refusal::plan(format!("There is no post {id}. Establish it first.")))
}

/// A post as it stands.
#[derive(Clone, Debug, PartialEq)]
pub struct Post {
    /// As it was established.
    pub established: Established,
    /// Whether somebody holds it.
    pub standing: PostStanding,
}

/// Whether a post is held.
#[derive(Clone, Debug, PartialEq)]
pub enum PostStanding {
    /// Nobody holds it.
    Vacant {
        /// Since when.
        since: Date,
    },
    /// Somebody holds it.
    Held {
        /// Since when.
        since: Date,
        /// What they are trained in, and the last day on which that holds where it lapses.
        holds: BTreeMap<QualificationRef, Option<Date>>,
    },
}

/// A training record.
#[derive(Clone, Debug, PartialEq)]
pub struct Training {
    /// When.
    pub on: Date,
    /// In what.
    pub qualification: QualificationRef,
    /// The last day on which it holds.
    pub until: Option<Date>,
    /// How many people.
    pub people: usize,
    /// Of which bodies; of several, it was joint.
    pub bodies: BTreeSet<BodyRef>,
}

impl Post {
    /// Its hours in a hundred of full time.
    pub fn share(&self) -> u32 {
        self.established.part_time.unwrap_or(100).into()
    }

    /// For how many days it has been vacant on a day; none where somebody holds it.
    pub fn vacant_for(&self, on: Date) -> Option<i32> {
        match self.standing {
            PostStanding::Vacant { since } => Some((on - since).get_days()),
            PostStanding::Held { .. } => None,
        }
    }

    /// Whether its holder has a qualification on a day.
    pub fn has(&self, qualification: &QualificationRef, on: Date) -> bool {
        let PostStanding::Held { holds, .. } = &self.standing else { return false };
        holds.get(qualification).is_some_and(|until| until.is_none_or(|until| on <= until))
    }

    /// What its holder needs and does not have on a day; of a vacant post, nothing.
    pub fn lacks(&self, on: Date) -> Vec<&QualificationRef> {
        match self.standing {
            PostStanding::Vacant { .. } => Vec::new(),
            PostStanding::Held { .. } => self.established.needs.iter().filter(|needed| !self.has(needed, on)).collect(),
        }
    }

    /// Whether a qualification that its holder has lapses soon after a day.
    fn lapses_soon(&self, qualification: &QualificationRef, on: Date) -> bool {
        let PostStanding::Held { holds, .. } = &self.standing else { return false };
        let until = holds.get(qualification).copied().flatten();
        until.is_some_and(|until| on <= until && (until - on).get_days() <= LAPSES_SOON)
    }
}

/// How one body stands for staff.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Staffing {
    /// How many posts it has.
    pub posts: usize,
    /// Their hours together, in a hundred of full time.
    pub share: u32,
    /// How many are vacant.
    pub vacant: usize,
    /// The hours of these.
    pub vacant_share: u32,
    /// The longest that one has been vacant, in days.
    pub longest: i32,
}

/// How many need a qualification and how many have it, of those who hold a post.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Holding {
    /// Those whose posts need it.
    pub needed: usize,
    /// Those of them who have it.
    pub held: usize,
    /// Those of them for whom it lapses soon.
    pub lapsing: usize,
}

impl Plan {
    /// How each body stands for staff on a day.
    pub fn staffing(&self, on: Date) -> BTreeMap<&BodyRef, Staffing> {
        let mut bodies: BTreeMap<&BodyRef, Staffing> = BTreeMap::new();
        for post in self.posts.values() {
            let body = bodies.entry(&post.established.body).or_default();
            body.posts += 1;
            body.share += post.share();
            if let Some(days) = post.vacant_for(on) {
                body.vacant += 1;
                body.vacant_share += post.share();
                body.longest = body.longest.max(days);
            }
        }
        bodies
    }

    /// How many need each qualification on a day, and how many have it.
    pub fn qualified(&self, on: Date) -> BTreeMap<&QualificationRef, Holding> {
        let mut all: BTreeMap<&QualificationRef, Holding> = BTreeMap::new();
        let held = self.posts.values().filter(|post| post.vacant_for(on).is_none());
        for (post, needed) in held.flat_map(|post| post.established.needs.iter().map(move |needed| (post, needed))) {
            let holding = all.entry(needed).or_default();
            holding.needed += 1;
            holding.held += usize::from(post.has(needed, on));
            holding.lapsing += usize::from(post.lapses_soon(needed, on));
        }
        all
    }
}
