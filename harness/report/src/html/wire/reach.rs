//! How far a connection came.

use std::net::SocketAddr;

/// The stages in their order.
pub(super) const STAGES: [&str; 6] = ["lookup", "connect", "hello", "handshake", "request", "answer"];

const LOOKUP: usize = 0;
const CONNECT: usize = 1;
const HELLO: usize = 2;
const HANDSHAKE: usize = 3;
const REQUEST: usize = 4;
const ANSWER: usize = 5;
/// Plain HTTP, where no TLS is to be expected.
const PLAIN_PORT: u16 = 80;

/// What became of one stage.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Stage {
    /// It failed.
    Failed,
    /// It was not reached.
    Open,
    /// It was reached.
    Reached,
    /// It is not needed: an address needs no lookup, plain HTTP no TLS.
    Unneeded,
}

/// The stages of one connection.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Reach {
    pub(super) stages: [Stage; 6],
    /// Why the handshake failed.
    failure: Option<String>,
}

impl Reach {
    /// A connection that was accepted; whether its host was looked up before.
    pub(super) fn begun(is_named: bool, to: SocketAddr) -> Self {
        let mut stages = [Stage::Open; 6];
        stages[LOOKUP] = match is_named {
            true => Stage::Reached,
            false => Stage::Unneeded,
        };
        stages[CONNECT] = Stage::Reached;
        if to.port() == PLAIN_PORT {
            stages[HELLO] = Stage::Unneeded;
            stages[HANDSHAKE] = Stage::Unneeded;
        }
        Self {
            stages,
            failure: None,
        }
    }

    /// A ClientHello arrived.
    pub(super) fn hello(&mut self) {
        self.stages[HELLO] = Stage::Reached;
    }

    /// The handshake ended.
    pub(super) fn handshake(&mut self, failure: Option<&str>) {
        self.failure = failure.map(str::to_owned);
        self.stages[HANDSHAKE] = match failure {
            None => Stage::Reached,
            Some(_) => Stage::Failed,
        };
    }

    /// A request arrived.
    pub(super) fn request(&mut self) {
        for stage in [HELLO, HANDSHAKE] {
            if self.stages[stage] == Stage::Open {
                self.stages[stage] = Stage::Unneeded;
            }
        }
        self.stages[REQUEST] = Stage::Reached;
    }

    /// The host began to answer.
    pub(super) fn answer(&mut self) {
        self.stages[ANSWER] = Stage::Reached;
    }

    /// How far it came, in words.
    pub(super) fn words(&self) -> String {
        if let Some(failure) = &self.failure {
            return format!("handshake failed: {failure}");
        }
        match self.stages.iter().rposition(|stage| *stage == Stage::Reached) {
            Some(ANSWER) => "answered".to_owned(),
            Some(last) => format!("{}, no more", STAGES[last]),
            None => "nothing".to_owned(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn begun(is_named: bool, to: &str) -> Reach {
        Reach::begun(is_named, to.parse().unwrap())
    }

    #[test]
    fn a_connection_tells_its_last_stage() {
        let mut reach = begun(true, "10.0.0.1:443");
        assert_eq!(reach.words(), "connect, no more");
        reach.hello();
        assert_eq!(reach.words(), "hello, no more");
        reach.handshake(None);
        reach.request();
        assert_eq!(reach.words(), "request, no more");
        reach.answer();
        assert_eq!(reach.stages, [Stage::Reached; 6]);
    }

    #[test]
    fn a_failed_handshake_tells_why() {
        let mut reach = begun(false, "[::1]:443");
        reach.hello();
        reach.handshake(Some("unknown authority"));
        assert_eq!(reach.words(), "handshake failed: unknown authority");
        assert_eq!(reach.stages[LOOKUP], Stage::Unneeded);
        assert_eq!(reach.stages[HANDSHAKE], Stage::Failed);
    }

    #[test]
    fn plain_http_needs_no_tls() {
        let mut reach = begun(true, "10.0.0.1:80");
        reach.request();
        assert_eq!(reach.stages[HELLO], Stage::Unneeded);
        assert_eq!(reach.stages[HANDSHAKE], Stage::Unneeded);
        let mut odd = begun(true, "10.0.0.1:8080");
        odd.request();
        assert_eq!(odd.stages[HELLO], Stage::Unneeded);
    }
}
