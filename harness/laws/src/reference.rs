//! The reference's rules for identifiers and addresses beside the tables of the scenarios, with which they share nothing.

use std::net::IpAddr;
use std::net::Ipv4Addr;
use std::net::Ipv6Addr;
use std::sync::OnceLock;

use cimdspec_reference::cimd::looks_like_url;
use cimdspec_reference::cimd::parse_identifier;
use cimdspec_reference::cimd::permits;
use cimdspec_reference::policy::GuardPolicy;
use cimdspec_reference::policy::UrlPolicy;
use toml::Table;
use toml::Value;
use url::Host;
use url::Url;

use crate::catalogue::text;

/// A block of addresses of one family, as numbers.
#[derive(Debug, Clone, Copy)]
struct Block {
    is_v4: bool,
    first: u128,
    last: u128,
}

/// How IPv6 carries an IPv4 address: around it, where it stands, and whether its bits are turned.
#[derive(Debug)]
struct Carrier {
    form: String,
    around: u128,
    shift: u32,
    is_turned: bool,
}

struct Tables {
    special: Vec<Block>,
    carriers: Vec<Carrier>,
}

const SPECIAL: &str = "tables/special-use-addresses.toml";
const EMBEDDED: &str = "tables/embedded-addresses.toml";
/// What the tables leave out, because no server can be seen to contact it (their own comment says so).
const LEFT_OUT: [&str; 5] = ["0.0.0.0/8", "127.0.0.0/8", "224.0.0.0/3", "ff00::/8", "fe80::/10"];

fn bits(address: IpAddr) -> u128 {
    match address {
        IpAddr::V4(address) => u128::from(u32::from(address)),
        IpAddr::V6(address) => u128::from(address),
    }
}

impl Block {
    fn of(written: &str) -> Self {
        let (address, length) = written.split_once('/').expect("a block has a length");
        let address: IpAddr = address.parse().expect("a block has an address");
        let length: u32 = length.parse().expect("a length is a number");
        let host_bits = if address.is_ipv4() { 32 } else { 128 } - length;
        let mask = 1_u128.checked_shl(host_bits).map_or(u128::MAX, |bit| bit - 1);
        Self {
            is_v4: address.is_ipv4(),
            first: bits(address) & !mask,
            last: bits(address) | mask,
        }
    }

    fn has(&self, address: IpAddr) -> bool {
        self.is_v4 == address.is_ipv4() && (self.first..=self.last).contains(&bits(address))
    }
}

impl Carrier {
    /// The address that carries this one.
    fn carry(&self, address: Ipv4Addr) -> Ipv6Addr {
        let mut inside = u32::from(address);
        if self.is_turned {
            inside = !inside;
        }
        Ipv6Addr::from(self.around | u128::from(inside) << self.shift)
    }

    /// The carrier of a row: where the address that it carries stands in its address.
    fn of(row: &Table) -> Option<Self> {
        let word = |name: &str| row[name].as_str().expect("a row has texts");
        let carries = u32::from(word("carries").parse::<Ipv4Addr>().expect("a row carries IPv4"));
        let address = u128::from(word("address").parse::<Ipv6Addr>().expect("a row has IPv6"));
        let places = (0..=96)
            .rev()
            .map(|shift| (shift, address >> shift & u128::from(u32::MAX)));
        for (shift, inside) in places {
            for is_turned in [false, true] {
                let wanted = if is_turned { !carries } else { carries };
                if inside == u128::from(wanted) {
                    return Some(Self {
                        form: word("form").to_owned(),
                        around: address & !(u128::from(u32::MAX) << shift),
                        shift,
                        is_turned,
                    });
                }
            }
        }
        None
    }
}

fn rows(path: &str) -> Vec<Table> {
    let table: Table = text(path).parse().expect("a table is TOML");
    let rows = table["row"].as_array().expect("a table has rows");
    rows.iter().filter_map(Value::as_table).cloned().collect()
}

fn tables() -> &'static Tables {
    static TABLES: OnceLock<Tables> = OnceLock::new();
    TABLES.get_or_init(|| {
        let blocks = rows(SPECIAL);
        let blocks = blocks.iter().filter_map(|row| row["block"].as_str());
        let mut carriers: Vec<Carrier> = Vec::new();
        for row in rows(EMBEDDED) {
            let carrier = Carrier::of(&row).unwrap_or_else(|| panic!("{row} carries nothing"));
            if carriers.iter().all(|known| known.form != carrier.form) {
                carriers.push(carrier);
            }
        }
        Tables {
            special: blocks.map(Block::of).collect(),
            carriers,
        }
    })
}

/// Whether the tables have an address for a special one.
fn is_special(address: IpAddr) -> bool {
    tables().special.iter().any(|block| block.has(address))
}

/// Whether an address is of those that the tables leave out.
fn is_left_out(address: IpAddr) -> bool {
    static BLOCKS: OnceLock<[Block; 5]> = OnceLock::new();
    let blocks = BLOCKS.get_or_init(|| LEFT_OUT.map(Block::of));
    let is_named = blocks.iter().any(|block| block.has(address));
    match address {
        IpAddr::V4(_) => is_named,
        // Beyond 2000::/3 nothing is assigned for the internet.
        IpAddr::V6(address) => is_named || address.segments()[0] >> 13 != 1,
    }
}

fn is_permitted(address: IpAddr) -> bool {
    static POLICY: OnceLock<GuardPolicy> = OnceLock::new();
    permits(POLICY.get_or_init(GuardPolicy::default), address)
}

/// The guard refuses what the tables have, however it is carried in IPv6, and nothing else but what they leave out.
///
/// Four bytes or sixteen are an address.
pub fn address(bytes: &[u8]) {
    if let Some(four) = bytes.first_chunk::<4>() {
        let address = Ipv4Addr::from(*four);
        agrees(address.into());
        for carrier in &tables().carriers {
            let carried = carrier.carry(address);
            let must_be_refused = is_special(address.into()) || is_left_out(address.into());
            assert!(
                !must_be_refused || !is_permitted(carried.into()),
                "{carried} carries {address} ({})",
                carrier.form
            );
            agrees(carried.into());
        }
    }
    if let Some(sixteen) = bytes.first_chunk::<16>() {
        agrees(Ipv6Addr::from(*sixteen).into());
    }
}

fn agrees(address: IpAddr) {
    match is_permitted(address) {
        true => assert!(!is_special(address), "{address} is special, and permitted"),
        false => {
            let is_carried = tables().carriers.iter().any(|carrier| carries(carrier, address));
            assert!(
                is_special(address) || is_left_out(address) || is_carried,
                "{address} is ordinary, and refused"
            );
        }
    }
}

/// Whether an address is of the form of a carrier. The tables have two of ISATAP, which any network may precede.
fn carries(carrier: &Carrier, address: IpAddr) -> bool {
    let IpAddr::V6(address) = address else {
        return false;
    };
    let host_bits = u128::from(u32::MAX) << carrier.shift;
    let compared = match carrier.form.starts_with("isatap") {
        true => u128::from(u64::MAX) & !host_bits,
        false => !host_bits,
    };
    u128::from(address) & compared == carrier.around & compared
}

/// An identifier that is accepted leads where every reader of URLs sees it lead, and to no special address.
pub fn identifier(bytes: &[u8]) {
    static POLICY: OnceLock<UrlPolicy> = OnceLock::new();
    let text = String::from_utf8_lossy(bytes);
    let read = parse_identifier(POLICY.get_or_init(UrlPolicy::default), &text);
    let Ok(destination) = read else {
        return;
    };
    assert!(looks_like_url(&text), "{text}");
    assert!(destination.is_secure(), "{text}");
    // What no reader of URLs takes leads nowhere: a name that is not of IDNA.
    let Ok(url) = Url::parse(&text) else {
        return;
    };
    assert_eq!(url.scheme(), "https", "{text}");
    assert_eq!(
        (url.username(), url.password(), url.fragment()),
        ("", None, None),
        "{text}"
    );
    assert_eq!(url.port_or_known_default(), Some(destination.port()), "{text}");
    let literal = match url.host() {
        Some(Host::Ipv4(address)) => Some(IpAddr::V4(address)),
        Some(Host::Ipv6(address)) => Some(IpAddr::V6(address)),
        Some(Host::Domain(name)) => {
            assert!(name.eq_ignore_ascii_case(destination.host()), "{text}: {name}");
            None
        }
        None => panic!("{text} has no host"),
    };
    assert_eq!(literal, destination.literal(), "{text}");
    if let Some(address) = literal.filter(|address| is_special(*address)) {
        assert!(!is_permitted(address), "{text}");
    }
    // Path and query go out as they are written, and a reader of URLs takes nothing away from them.
    assert!(
        destination.target().starts_with('/') && text.ends_with(destination.target()),
        "{text}"
    );
    let segments = |path: &str| path.matches('/').count();
    let path = destination.target().split('?').next().unwrap_or_default();
    assert_eq!(segments(url.path()), segments(path), "{text}");
}
