//! The network of the sandbox: the loopback link up, and every address local (AnyIP).

use std::net::Ipv4Addr;
use std::net::Ipv6Addr;

use rtnetlink::LinkUnspec;
use rtnetlink::RouteMessageBuilder;
use rtnetlink::packet_route::route::RouteScope;
use rtnetlink::packet_route::route::RouteType;

use crate::error::SandboxError;
use crate::reservation::SILENT_BLOCKS;
use crate::reservation::UNREACHABLE_V4;
use crate::reservation::UNREACHABLE_V6;

const LOOPBACK_INDEX: u32 = 1;
const LOCAL_TABLE: u32 = 255;
/// Resolvers that are asked for the families of this machine (`AI_ADDRCONFIG`) look for addresses other than loopback.
const OWN_V4: Ipv4Addr = Ipv4Addr::new(45, 45, 97, 1);
const LINK_LOCAL: Ipv6Addr = Ipv6Addr::new(0xfe80, 0, 0, 0, 0, 0, 0, 1);
const FIRST_PORT_FOR_ALL: &str = "/proc/sys/net/ipv4/ip_unprivileged_port_start";
/// They belong to the namespace that the writer is in.
const IPV6_SWITCHES: [&str; 2] = [
    "/proc/sys/net/ipv6/conf/all/disable_ipv6",
    "/proc/sys/net/ipv6/conf/lo/disable_ipv6",
];

/// Brings the link up and adds the routes; both may be there already.
pub(super) fn raise() -> Result<(), SandboxError> {
    // A fresh namespace normally has IPv6 on; where the machine's defaults say otherwise, the route below fails and tells.
    for switch in IPV6_SWITCHES {
        let _ = std::fs::write(switch, "0");
    }
    // A launched server has no capability, and may listen wherever it wants.
    let _ = std::fs::write(FIRST_PORT_FOR_ALL, "0");
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(|error| SandboxError::Network {
            step: "start",
            reason: error.to_string(),
        })?;
    runtime.block_on(routes())
}

async fn routes() -> Result<(), SandboxError> {
    let wrong = |step: &'static str| move |reason: String| SandboxError::Network { step, reason };
    let (connection, handle, _) =
        rtnetlink::new_connection().map_err(|error| wrong("open netlink")(error.to_string()))?;
    let task = tokio::spawn(connection);
    handle
        .link()
        .set(LinkUnspec::new_with_index(LOOPBACK_INDEX).up().build())
        .execute()
        .await
        .map_err(|error| wrong("bring lo up")(error.to_string()))?;
    // A link-local address is connected to only where the link has one, and the zone is named. With it alone this
    // machine would look as if it had IPv6 only. They may be there already.
    for (address, prefix) in [(OWN_V4.into(), 32), (LINK_LOCAL.into(), 64)] {
        let adding = handle.address().add(LOOPBACK_INDEX, address, prefix);
        let _ = adding.execute().await;
    }
    let v4 = RouteMessageBuilder::<Ipv4Addr>::new()
        .destination_prefix(Ipv4Addr::UNSPECIFIED, 0)
        .output_interface(LOOPBACK_INDEX)
        .table_id(LOCAL_TABLE)
        .scope(RouteScope::Host)
        .kind(RouteType::Local)
        .build();
    let v6 = RouteMessageBuilder::<Ipv6Addr>::new()
        .destination_prefix(Ipv6Addr::UNSPECIFIED, 0)
        .output_interface(LOOPBACK_INDEX)
        .table_id(LOCAL_TABLE)
        .kind(RouteType::Local)
        .build();
    // Nobody is there and nobody forwards, so what is sent there is dropped without a word.
    let silent = SILENT_BLOCKS.map(|(block, bits)| {
        RouteMessageBuilder::<Ipv4Addr>::new()
            .destination_prefix(block, bits)
            .output_interface(LOOPBACK_INDEX)
            .table_id(LOCAL_TABLE)
            .scope(RouteScope::Link)
            .kind(RouteType::Unicast)
            .build()
    });
    let silent = silent.into_iter().map(|route| ("route the silent blocks", route));
    let unreachable_v4 = RouteMessageBuilder::<Ipv4Addr>::new()
        .destination_prefix(UNREACHABLE_V4.0, UNREACHABLE_V4.1)
        .table_id(LOCAL_TABLE)
        .kind(RouteType::Unreachable)
        .build();
    let unreachable_v6 = RouteMessageBuilder::<Ipv6Addr>::new()
        .destination_prefix(UNREACHABLE_V6.0, UNREACHABLE_V6.1)
        .output_interface(LOOPBACK_INDEX)
        .table_id(LOCAL_TABLE)
        .kind(RouteType::Unreachable)
        .build();
    let routes = std::iter::once(("route 0.0.0.0/0 to lo", v4))
        .chain(silent)
        .chain([("cut off an IPv4 block", unreachable_v4)]);
    for (step, route) in routes {
        let added = handle.route().add(route).replace().execute().await;
        added.map_err(|error| wrong(step)(error.to_string()))?;
    }
    for (step, route) in [
        ("route ::/0 to lo", v6),
        ("cut off an IPv6 block", unreachable_v6),
    ] {
        let added = handle.route().add(route).replace().execute().await;
        added.map_err(|error| wrong(step)(error.to_string()))?;
    }
    task.abort();
    Ok(())
}
