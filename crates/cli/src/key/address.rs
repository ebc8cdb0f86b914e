//! IP addresses: all of version 4 before all of version 6.

use std::net::IpAddr;
use std::str;

/// Appends the key of an address: its version, then its bytes.
pub(super) fn encode(cell: &[u8], key: &mut Vec<u8>) -> bool {
    let address = str::from_utf8(cell).ok().and_then(|cell| cell.parse().ok());
    match address {
        Some(IpAddr::V4(address)) => {
            key.push(4);
            key.extend_from_slice(&address.octets());
        }
        Some(IpAddr::V6(address)) => {
            key.push(6);
            key.extend_from_slice(&address.octets());
        }
        None => {}
    }
    address.is_some()
}

/// The address of a key.
pub(super) fn decode(key: &[u8]) -> Option<IpAddr> {
    match key {
        [4, octets @ ..] => Some(IpAddr::from(<[u8; 4]>::try_from(octets).ok()?)),
        [6, octets @ ..] => Some(IpAddr::from(<[u8; 16]>::try_from(octets).ok()?)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_ordered_by_their_numbers() {
        let key = |cell: &str| {
            let mut key = Vec::new();
            encode(cell.as_bytes(), &mut key).then_some(key)
        };
        let ascending = [
            "9.0.0.1",
            "10.0.0.2",
            "10.0.0.10",
            "::1",
            "2001:db8::1",
            "fe80::",
        ];
        for pair in ascending.windows(2) {
            assert!(key(pair[0]).unwrap() < key(pair[1]).unwrap(), "{pair:?}");
        }
        assert_eq!(key("2001:DB8::0001"), key("2001:db8:0:0:0:0:0:1"));
        for bad in ["", "10.0.0", "10.0.0.256", "10.0.0.1/8", "::g"] {
            assert_eq!(key(bad), None, "{bad}");
        }
    }
}
