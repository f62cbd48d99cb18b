//! The profile of a target: how it is started, found and spoken to, and which policies it declares.

mod policy;
mod public;
mod publish;
mod read;
mod script;
mod shape;
mod upstream;
mod write;

pub use policy::Policy;
pub use public::NameServer;
pub use public::Public;
pub use read::schema;
pub use script::Piece;
pub use script::Reference;
pub use script::Requests;
pub use script::Script;
pub use script::ScriptRequest;
pub use script::Template;
pub use shape::Consent;
pub use shape::Discovery;
pub use shape::InitialTokens;
pub use shape::Login;
pub use shape::Pace;
pub use shape::PrivateKey;
pub use shape::Profile;
pub use shape::Release;
pub use shape::Request;
pub use shape::SeenAs;
pub use shape::Start;
pub use shape::Statements;
pub use upstream::Upstream;
pub use upstream::UpstreamKind;
pub use upstream::UpstreamUser;
