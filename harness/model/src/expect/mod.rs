//! What a check expects: one file for each expectation.
//!
//! The list below makes [`Expect`], the members of an expectation in a scenario file, and the conversions between both. A
//! new expectation is a line in it and a file here with its type and its `impl Expectation`; the compiler asks for the
//! rest.

/// Calls a macro with every expectation: its documentation, its word in scenarios, its variant and its type.
macro_rules! expectations {
    ($then:ident) => {
        $then! {
            /// How the target answered a step.
            answer: Answer(AnswerExpect),
            /// How many of several steps the target granted.
            count: Count(CountExpect),
            /// A header field of a step's last response.
            header: Header(HeaderExpect),
            /// What the server log has.
            log: Log(LogExpect),
            /// A member of the JSON body of a step's last response.
            member: Member(MemberExpect),
            /// What the target's pages show.
            page: Page(PageExpect),
            /// What the server keeps of members that it sets itself.
            provisioned: Provisioned(ProvisionedExpect),
            /// Where the browser was sent.
            sent: Sent(SentExpect),
            /// What the target does over a whole run. Its scenario has no steps and no preconditions.
            service: Service(Service),
            /// How long a step took.
            timing: Timing(TimingExpect),
            /// What the hosts recorded of the target's traffic.
            traffic: Traffic(TrafficExpect),
            /// What the addresses of the browser contain.
            urls: Urls(UrlsExpect),
            /// What the values of several answers have in common.
            values: Values(ValuesExpect),
        }
    };
}
pub(crate) use expectations;

mod answer;
pub(crate) mod conditions;
mod contract;
mod count;
mod header;
mod kind;
mod log;
mod member;
mod page;
mod provisioned;
mod sent;
mod service;
mod tells;
mod timing;
mod traffic;
mod urls;
mod values;

pub use answer::AnswerExpect;
pub use answer::Codes;
pub use answer::Disposition;
pub use contract::Expectation;
pub use contract::Grounds;
pub use contract::Instead;
pub use count::CountExpect;
pub use header::HeaderExpect;
pub use header::HeaderPart;
pub use kind::Expect;
pub use log::LogExpect;
pub use member::MemberExpect;
pub use member::MemberIs;
pub use member::WhenRefused;
pub use page::Loads;
pub use page::PageExpect;
pub use provisioned::ProvisionedExpect;
pub use sent::Destination;
pub use sent::SentExpect;
pub use service::Service;
pub use tells::HeaderTold;
pub use tells::MemberTold;
pub use tells::Tells;
pub use timing::TimingExpect;
pub use traffic::Layer;
pub use traffic::Place;
pub use traffic::TrafficExpect;
pub use urls::UrlsExpect;
pub use values::ValuesExpect;
