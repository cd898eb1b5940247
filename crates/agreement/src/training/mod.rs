//! The training agreement (培养协议): fields, draft, body, rules and wording.
