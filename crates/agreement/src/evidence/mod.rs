//! The frozen content with its hashes, the chain of events, the seal, and the check of all three.
