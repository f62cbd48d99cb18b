//! What a check expects: one variant for each expectation.

use serde::Deserialize;
use serde::Serialize;

use crate::expect::*;
use crate::name::StepName;

macro_rules! expect {
    ($($(#[$doc:meta])* $word:ident: $Kind:ident($Type:ident),)*) => {
        /// What a check expects to see.
        #[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
        #[serde(rename_all = "kebab-case")]
        pub enum Expect {
            $($(#[$doc])* $Kind($Type),)*
            /// Nothing: what is seen is recorded, and right either way. It is written as a trait.
            Tells(Tells),
        }

        impl Expect {
            /// What is asked of an expectation.
            pub fn kind(&self) -> &dyn Expectation {
                match self {
                    $(Self::$Kind(it) => it,)*
                    Self::Tells(it) => it,
                }
            }
        }
    };
}

expectations!(expect);

impl Expect {
    /// The steps that it looks at.
    pub fn steps(&self) -> Vec<&StepName> {
        self.kind().steps()
    }
}
