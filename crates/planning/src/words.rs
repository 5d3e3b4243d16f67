//! Text with a limit, and references: what may be written into a plan at all. A plan is public, so its text may be shown.

pub use ledger::WordsError;

/// Text with a limit on its length, trimmed, without control characters other than line breaks and tabs.
pub type Words<const MAX: usize> = ledger::Words<MAX, ledger::Public>;
/// A line: a name, a priority, an action.
pub type Line = Words<400>;
/// A paragraph or several: a note, an answer.
pub type Note = Words<10_000>;

ledger::references! {
    /// A plan.
    PlanRef;
    /// A commitment of a plan, such as `1.2.3` or `ECD2.1`; also an entry of the framework that it serves, such as `NO9`.
    ItemRef;
    /// An organisation, a group of them, or a role in one.
    BodyRef;
    /// An indicator.
    IndicatorRef;
    /// A milestone of an action.
    MilestoneRef;
    /// A risk.
    RiskRef;
    /// A consultation.
    ConsultationRef;
    /// A question of a consultation.
    QuestionRef;
    /// A response to a consultation.
    ResponseRef;
    /// A suggestion of unpaid work.
    SuggestionRef;
    /// A section of a report.
    SectionRef;
    /// A meeting, or joint training.
    MeetingRef;
    /// A community that partners engage with.
    CommunityRef;
    /// Somebody whom the law names to be consulted.
    ConsulteeRef;
    /// A newsletter or a story.
    StoryRef;
    /// A post of a body.
    PostRef;
    /// Something to be trained in or registered for.
    QualificationRef;
    /// Something that a body offers to the staff of the others.
    OfferRef;
}
