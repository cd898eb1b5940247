//! The states of an agreement, and what each party may do in each.
