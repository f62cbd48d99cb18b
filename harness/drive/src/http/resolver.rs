//! Where the target's names lead: each is looked up once in a while, however many connections are made to it.

use std::collections::HashMap;
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::Mutex;
use std::sync::PoisonError;
use std::time::Duration;
use std::time::Instant;

use reqwest::dns::Addrs;
use reqwest::dns::Name;
use reqwest::dns::Resolve;
use reqwest::dns::Resolving;
use tokio::sync::OnceCell;

/// A lookup takes a thread of the blocking pool. A run makes thousands of connections, to very few names.
const KEPT_FOR: Duration = Duration::from_secs(30);

/// The system's resolver, with what it said of late.
#[derive(Debug, Default)]
pub(crate) struct Resolver(Mutex<HashMap<String, Known>>);

#[derive(Debug)]
struct Known {
    since: Instant,
    addresses: Arc<OnceCell<Vec<SocketAddr>>>,
}

impl Resolver {
    fn cell(&self, name: &str) -> Arc<OnceCell<Vec<SocketAddr>>> {
        let mut names = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        names.retain(|_, known| known.since.elapsed() < KEPT_FOR);
        let known = names.entry(name.to_owned()).or_insert_with(|| Known {
            since: Instant::now(),
            addresses: Arc::default(),
        });
        Arc::clone(&known.addresses)
    }
}

impl Resolve for Resolver {
    fn resolve(&self, name: Name) -> Resolving {
        let cell = self.cell(name.as_str());
        Box::pin(async move {
            // Who comes meanwhile waits for the same lookup; one that failed is made again.
            let found = cell.get_or_try_init(async || {
                let found = tokio::net::lookup_host((name.as_str(), 0)).await?;
                Ok::<_, std::io::Error>(found.collect())
            });
            let addresses: Addrs = Box::new(found.await?.clone().into_iter());
            Ok(addresses)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_name_is_looked_up_once_by_all_who_ask_for_it() {
        let resolver = Resolver::default();
        let first = resolver.cell("localhost");
        assert!(Arc::ptr_eq(&first, &resolver.cell("localhost")));
        assert!(!Arc::ptr_eq(&first, &resolver.cell("127.0.0.1")));
        let name = || "127.0.0.1".parse::<Name>().unwrap();
        let both = tokio::join!(resolver.resolve(name()), resolver.resolve(name()));
        for found in [both.0, both.1] {
            let found: Vec<_> = found.unwrap().map(|address| address.ip().to_string()).collect();
            assert_eq!(found, ["127.0.0.1"]);
        }
        assert!(resolver.cell("127.0.0.1").initialized());
    }
}
