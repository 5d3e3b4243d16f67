//! The figures that a report can hold, each by its name. A report names them; whoever reads one can ask for the same again.

use serde::{Deserialize, Serialize};

macro_rules! queries {
    ($($variant:ident $name:literal $of:ident $meaning:literal;)*) => {
        /// A figure, by its name.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
        pub enum FigureName {
            $(#[doc = concat!($meaning, ".")] #[serde(rename = $name)] $variant,)*
        }

        impl FigureName {
            /// Every figure that there is.
            pub const ALL: &'static [FigureName] = &[$(FigureName::$variant),*];

            /// Its name in files, addresses and on the command line.
            pub const fn name(self) -> &'static str {
                match self { $(Self::$variant => $name,)* }
            }

            /// What it counts.
            pub const fn meaning(self) -> &'static str {
                match self { $(Self::$variant => $meaning,)* }
            }

            /// Whether it is counted on the plan or in the records.
            pub const fn of(self) -> Of {
                match self { $(Self::$variant => Of::$of,)* }
            }

            /// The figure of a name.
            pub fn named(name: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|query| query.name() == name)
            }
        }
    };
}

/// What a figure is counted on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Of {
    /// The plan's own stream.
    Plan,
    /// The records of everybody.
    Records,
}

queries! {
    PlanStanding "plan.standing" Plan "Work of the plan by how it stands, for each commitment at the top";
    PlanDone "plan.done" Plan "Work reported done in the period, with what shows it";
    PlanMilestones "plan.milestones" Plan "Milestones reached in the period";
    PlanLate "plan.late" Plan "Work and milestones that were late at the end of the period";
    PlanDue "plan.due" Plan "Work and milestones due within three months of the end of the period";
    PlanRisks "plan.risks" Plan "Risks that were open at the end of the period";
    PlanIndicators "plan.indicators" Plan "The latest reading of each indicator, against its target";
    PlanConsultations "plan.consultations" Plan "Consultations that took answers in the period";
    PlanReplies "plan.replies" Plan "What people said in consultations, and what was done about it";
    PlanPrescribed "plan.prescribed" Plan "Those whom the law names, with who was consulted about unpaid work in the period";
    PlanMeetings "plan.meetings" Plan "Meetings and joint training held in the period";
    PlanCommunities "plan.communities" Plan "Communities by the stage of their engagement, with what matters most to them";
    PlanMoney "plan.money" Plan "What each service had in the year and what was spent on it, by fund";
    PlanRingFence "plan.ring_fence" Plan "Ring-fenced money that was spent outside the ring-fence, with why";
    PlanPosts "plan.posts" Plan "Posts of each body at the end of the period, and how many were vacant";
    PlanQualifications "plan.qualifications" Plan "What posts need, and how many of those who held them had it at the end of the period";
    PlanTraining "plan.training" Plan "Training of the period, by what people were trained in";
    PlanOffers "plan.offers" Plan "Joint training, secondment, shadowing and mentoring offered between bodies in the period";
    PlanSuggestions "plan.suggestions" Plan "Unpaid work that the public suggested in the period, by what became of it";
    PlanEquality "plan.equality" Plan "Equality impact assessments, with the day on which each is looked at again";

    OrdersCaseload "orders.caseload" Records "Orders and licences imposed and ended in the period, and in force at its end, by kind";
    OrdersEnded "orders.ended" Records "How orders and licences that ended in the period ended";
    CpoOrders "cpo.orders" Records "Community payback orders imposed, ended and in force, with people counted once";
    CpoPeople "cpo.people" Records "People on whom community payback orders were imposed, by sex and age";
    CpoRequirements "cpo.requirements" Records "Requirements of community payback orders imposed in the period";
    CpoOtherRequirements "cpo.other_requirements" Records "The nine requirements besides unpaid work: imposed in the period, and in force at its end";
    CpoEnded "cpo.ended" Records "How community payback orders that ended in the period ended";
    CpoExit "cpo.exit" Records "Exit questionnaires of orders that ended in the period";
    UpwHours "upw.hours" Records "Hours of unpaid work ordered and worked in the period, and outstanding at its end";
    UpwWork "upw.work" Records "Placements begun in the period, by the kind of work";
    UpwOtherActivity "upw.other_activity" Records "Other activity credited in the period";
    NoncomplianceCauses "noncompliance.causes" Records "Incidents of non-compliance in the period, by cause";
    GapsNamed "gaps.named" Records "Gaps in services that reports of the period name";
    StandardsMet "standards.met" Records "How often each standard of the report was met, of those opened in the period";
}
