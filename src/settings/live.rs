//! The live sockets: who may open how many.

use web::LiveSettings;

use super::edges::is_origin;
use super::reader::Reader;

/// Sockets of a hub: more than a machine has files for.
const MOST_SOCKETS: usize = 1_000_000;
const LARGEST_MESSAGE: usize = 16 * 1024 * 1024;
const SMALLEST_MESSAGE: usize = 1_024;

pub(super) fn read(reader: &mut Reader) -> LiveSettings {
    let wanted = "origins such as https://shop.example, without a path";
    let origins = reader.list("live.origins", wanted, |text| is_origin(text).then(|| text.to_owned()));
    let mut count = |name: &str, min, max| {
        let number = reader.number(&format!("live.{name}"), min, max);
        u32::try_from(number).unwrap_or(u32::MAX)
    };
    LiveSettings {
        origins,
        sockets_per_person: count("sockets_per_person", 1, MOST_SOCKETS),
        sockets_per_address: count("sockets_per_address", 1, MOST_SOCKETS),
        sockets: count("sockets", 1, MOST_SOCKETS),
        probe_per_second: count("probe_per_second", 0, 1_000),
        largest_message: reader.number("live.largest_message_bytes", SMALLEST_MESSAGE, LARGEST_MESSAGE),
    }
}
