//! On which TCP ports something listens in this network namespace.

use std::collections::BTreeSet;

/// The state of a listening socket in `/proc/net/tcp`.
const LISTEN: &str = "0A";

/// The ports; none where the system does not tell.
pub fn listening_ports() -> BTreeSet<u16> {
    ["/proc/self/net/tcp", "/proc/self/net/tcp6"]
        .into_iter()
        .filter_map(|table| std::fs::read_to_string(table).ok())
        .flat_map(|table| ports(&table))
        .collect()
}

fn ports(table: &str) -> Vec<u16> {
    let rows = table.lines().skip(1).filter_map(|row| {
        let mut cells = row.split_whitespace().skip(1);
        let (local, _, state) = (cells.next()?, cells.next()?, cells.next()?);
        let (_, port) = local.rsplit_once(':')?;
        (state == LISTEN).then(|| u16::from_str_radix(port, 16).ok())?
    });
    rows.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_listening_sockets_count() {
        let table = "  sl  local_address rem_address   st tx_queue\n\
            0: 0100007F:1F90 00000000:0000 0A 00000000:00000000\n\
            1: 0100007F:0050 0100007F:9C40 01 00000000:00000000\n";
        assert_eq!(ports(table), [8080]);
    }

    #[test]
    fn a_listener_of_this_process_is_seen() {
        let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        assert!(listening_ports().contains(&listener.local_addr().unwrap().port()));
    }
}
