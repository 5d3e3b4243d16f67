//! Rulebook and facts in, obligations out, each with its explanation.
