//! A person's record: what can happen, what follows from it, what is refused.
