//! APIs and the lists of their keys.

use ipnet::{IpNet, Ipv4Net};

use crate::problem::{FieldError, Problem};

pub(crate) mod create_api;
pub(crate) mod delete_api;
pub(crate) mod get_api;
pub(crate) mod list_apis;
pub(crate) mod list_keys;
pub(crate) mod update_api;

/// Reads an allow-list: addresses and networks of IPv4 and IPv6. IPv4 in IPv6 form is IPv4.
fn ip_allowlist(entries: &[String]) -> Result<Vec<IpNet>, Problem> {
    let (mut networks, mut errors) = (Vec::new(), Vec::new());
    for (at, entry) in entries.iter().enumerate() {
        let address = entry.parse::<std::net::IpAddr>().map(|ip| IpNet::from(ip.to_canonical()));
        match address.or_else(|_| entry.parse::<IpNet>().map(|net| net.trunc())) {
            Ok(network) => networks.push(canonical(network)),
            Err(_) => errors.push(FieldError {
                location: format!("body.ipAllowlist[{at}]"),
                message: "is neither an address nor a network".to_owned(),
                fix: Some("Write it like 203.0.113.7, 10.0.0.0/8 or 2001:db8::/32.".to_owned()),
            }),
        }
    }
    if errors.is_empty() { Ok(networks) } else { Err(Problem::invalid(errors)) }
}

/// The network of IPv4 that a network of IPv4 in IPv6 form stands for; any other as it is.
fn canonical(network: IpNet) -> IpNet {
    let IpNet::V6(v6) = network else {
        return network;
    };
    let bits = v6.prefix_len().checked_sub(96);
    let v4 = v6.addr().to_ipv4_mapped().zip(bits);
    v4.and_then(|(address, bits)| Ipv4Net::new(address, bits).ok()).map_or(network, IpNet::V4)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_and_networks_are_read() {
        let list =
            ["::ffff:10.1.2.3", "10.1.2.3/8", "2001:db8::/32", "::ffff:10.1.2.3/120", "::/0"];
        let list = list.map(str::to_owned);
        let read = ip_allowlist(&list).unwrap();
        assert_eq!(
            read.iter().map(ToString::to_string).collect::<Vec<_>>(),
            ["10.1.2.3/32", "10.0.0.0/8", "2001:db8::/32", "10.1.2.0/24", "::/0"]
        );
        let faults = ip_allowlist(&["x".to_owned(), "1.2.3.4".to_owned(), "1/99".to_owned()]);
        assert_eq!(faults.unwrap_err().errors.len(), 2);
    }
}
