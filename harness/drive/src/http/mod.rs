//! Requests and answers: the client, the recorded exchange, the pace.

pub(crate) mod answer;
pub(crate) mod client;
pub(crate) mod exchange;
pub(crate) mod loopback;
pub(crate) mod pace;
pub(crate) mod patience;
pub(crate) mod resolver;
pub(crate) mod response;
