//! What a step does: one variant for each verb.

use serde::Deserialize;
use serde::Serialize;

use crate::verb::*;

macro_rules! act {
    ($($(#[$doc:meta])* $word:ident: $Verb:ident $(as $schema:literal)?,)*) => {
        /// What a step does.
        #[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
        #[serde(rename_all = "kebab-case")]
        pub enum Act {
            $($(#[$doc])* $Verb($Verb),)*
        }

        impl Act {
            /// Its verb, as scenarios write it.
            pub fn word(&self) -> &'static str {
                match self {
                    $(Self::$Verb(_) => stringify!($word),)*
                }
            }

            /// What is asked of a verb.
            pub fn verb(&self) -> &dyn Verb {
                match self {
                    $(Self::$Verb(act) => act,)*
                }
            }

            /// The client as which it makes its request, where it makes one as a client.
            pub(crate) fn acts_as(&mut self) -> Option<&mut Option<ClientName>> {
                match self {
                    $(Self::$Verb(act) => act.acts_as(),)*
                }
            }

            /// The act in the paired control: without what makes it differ from the base. `None` leaves the step out.
            pub(crate) fn neutral(&self) -> Option<Self> {
                match self {
                    $(Self::$Verb(act) => act.neutral().map(Self::$Verb),)*
                }
            }
        }
    };
}

verbs!(act);

impl Act {
    /// Whether it sends a request to the target.
    pub fn asks(&self) -> bool {
        self.verb().success().is_some()
    }
}

impl Step {
    /// Everything that it refers to.
    pub fn references(&self) -> References<'_> {
        let mut found = References::default();
        self.act.verb().refers(&mut found);
        self.wait_on.iter().for_each(|on| found.step(on.step()));
        found
    }
}
