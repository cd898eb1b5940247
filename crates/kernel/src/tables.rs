//! Enums that stand in tables, columns and words: each variant beside its code, written once.

/// Plain enums with a code for each variant: `ALL`, `code`, `from_code`, `Display`, and serde under the same codes. The crate
/// that uses it depends on `serde`.
#[macro_export]
macro_rules! codes {
    ($($(#[$doc:meta])* $enum:ident { $($(#[$variant_doc:meta])* $variant:ident = $code:literal),* $(,)? })*) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, ::serde::Serialize, ::serde::Deserialize)]
        pub enum $enum {
            $($(#[$variant_doc])* #[serde(rename = $code)] $variant),*
        }

        impl $enum {
            /// Every one.
            pub const ALL: &'static [Self] = &[$(Self::$variant),*];

            /// The code in columns, events and words.
            pub const fn code(self) -> &'static str {
                match self {
                    $(Self::$variant => $code),*
                }
            }

            /// The one of a code.
            pub fn from_code(code: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|one| one.code() == code)
            }
        }

        impl ::std::fmt::Display for $enum {
            fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
                f.write_str(self.code())
            }
        }
    )*};
}

/// One enum of refusals for each act: its own variants with their codes beside `Barred`, which the crate has in scope, and
/// `refusal_codes()` over them all. The crate that uses it depends on `thiserror`.
#[macro_export]
macro_rules! refusals {
    ($($(#[$doc:meta])* $name:ident ($prefix:literal) {
        $($(#[$variant_doc:meta])* $variant:ident $({ $($(#[$field_doc:meta])* $field:ident: $type:ty),* $(,)? })? = $code:literal $message:literal),* $(,)?
    })*) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, ::thiserror::Error)]
        pub enum $name {
            /// The table, or a right, does not allow it.
            #[error(transparent)]
            Barred(#[from] Barred),
            $($(#[$variant_doc])* #[error($message)] $variant $({ $($(#[$field_doc])* $field: $type),* })?),*
        }

        impl $name {
            /// The codes of its own, without those of [`Barred`].
            pub const CODES: &'static [&'static str] = &[$(concat!($prefix, ".", $code)),*];

            /// The code for words.
            pub const fn code(&self) -> &'static str {
                match self {
                    Self::Barred(barred) => barred.code(),
                    $(Self::$variant { .. } => concat!($prefix, ".", $code)),*
                }
            }
        }
    )*

        /// The code of every refusal there is, for the test that each has words.
        pub fn refusal_codes() -> Vec<&'static str> {
            let mut codes = Barred::CODES.to_vec();
            $(codes.extend_from_slice($name::CODES);)*
            codes
        }
    };
}
