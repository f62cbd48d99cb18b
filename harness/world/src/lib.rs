//! The surroundings of the server under test: sandbox, DNS, TLS, hosts, canaries and the ledger.
//!
//! The world does what it is told and records what it sees; it judges nothing. It must never send a packet outside
//! loopback or the network namespace that it made itself: it only answers.
//!
//! ```
//! use cimdspec_world::tls::Authority;
//! let authority = Authority::new().unwrap();
//! assert!(authority.pem().starts_with("-----BEGIN CERTIFICATE-----"));
//! ```

pub mod dns;
pub mod error;
mod hosts;
mod ledger;
mod reservation;
mod rsa_key;
pub mod sandbox;
mod temporary;
pub mod tls;
mod upstream;
mod world;

pub use hosts::Attribution;
pub use hosts::CLIENT_ADDRESS;
pub use hosts::Head;
pub use hosts::Peeked;
pub use hosts::SoFar;
pub use hosts::host_in;
pub use hosts::named;
pub use hosts::read_head;
pub use hosts::server_name_in;
pub use hosts::without_secrets;
pub use reservation::Reservation;
pub use rsa_key::RsaKey;
pub use temporary::Temporary;
pub use temporary::private_folders;
pub use upstream::Hide;
pub use upstream::Places;
pub use upstream::UPSTREAM_CODE;
pub use upstream::UpstreamPlan;
pub use world::CaseWorld;
pub use world::Environment;
pub use world::Front;
pub use world::HostAddress;
pub use world::HostPlan;
pub use world::HostsBy;
pub use world::NamesOf;
pub use world::PublicPlace;
pub use world::PublicPlan;
pub use world::PublicZone;
pub use world::Reach;
pub use world::Scheme;
pub use world::Setting;
pub use world::TlsEnd;
pub use world::World;
