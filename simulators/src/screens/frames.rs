//! As much of RFC 6455 as a screen needs: unmasked frames in, masked frames out.

/// The first frame of `bytes`: its opcode, its payload, and how many bytes it takes.
pub(super) fn first(bytes: &[u8]) -> Option<(u8, &[u8], usize)> {
    let (opcode, short) = (bytes.first()? & 0x0F, bytes.get(1)? & 0x7F);
    let number = |range: std::ops::Range<usize>| {
        Some(
            bytes
                .get(range)?
                .iter()
                .fold(0, |sum, byte| sum << 8 | usize::from(*byte)),
        )
    };
    let (length, head) = match short {
        126 => (number(2..4)?, 4),
        127 => (number(2..10)?, 10),
        short => (usize::from(short), 2),
    };
    Some((opcode, bytes.get(head..head + length)?, head + length))
}

/// A text frame, masked with zeros: a mask all the same, and a screen has nothing to hide from a proxy.
pub(super) fn text(payload: &str) -> Vec<u8> {
    let mut frame = vec![0x81];
    match u8::try_from(payload.len()) {
        Ok(short @ ..=125) => frame.push(0x80 | short),
        _ => {
            frame.push(0x80 | 126);
            frame.extend_from_slice(&u16::try_from(payload.len()).unwrap_or(u16::MAX).to_be_bytes());
        }
    }
    frame.extend_from_slice(&[0; 4]);
    frame.extend_from_slice(payload.as_bytes());
    frame
}

/// The whole number that follows `key` in `text`.
pub(super) fn number_after(text: &[u8], key: &[u8]) -> Option<u64> {
    leading_number(after(text, key)?)
}

/// The whole number that `text` begins with.
pub(super) fn leading_number(text: &[u8]) -> Option<u64> {
    let digits = text.iter().take_while(|byte| byte.is_ascii_digit());
    digits.fold(None, |sum, digit| Some(sum.unwrap_or(0) * 10 + u64::from(digit - b'0')))
}

/// What follows `key` in `text`.
pub(super) fn after<'a>(text: &'a [u8], key: &[u8]) -> Option<&'a [u8]> {
    let at = text.windows(key.len()).position(|window| window == key)?;
    text.get(at + key.len()..)
}

/// Microseconds since 1970 of a time in UTC as the hub writes it: `2026-11-24T12:00:00.123456Z`.
pub(super) fn micros(text: &[u8]) -> Option<u64> {
    let text = std::str::from_utf8(text.get(..text.iter().position(|byte| *byte == b'Z')?)?).ok()?;
    let (date, time) = text.split_once('T')?;
    let mut date = date.split('-').map_while(|part| part.parse::<u64>().ok());
    let (year, month, day) = (date.next()?, date.next()?, date.next()?);
    let (clock, fraction) = time.split_once('.').unwrap_or((time, "0"));
    let mut clock = clock.split(':').map_while(|part| part.parse::<u64>().ok());
    let seconds = clock.next()? * 3_600 + clock.next()? * 60 + clock.next()?;
    let fraction = format!("{fraction:0<6}").get(..6)?.parse::<u64>().ok()?;
    // Howard Hinnant's days from civil, for years after 1970.
    let (year, month) = if month <= 2 {
        (year - 1, month + 9)
    } else {
        (year, month - 3)
    };
    let day_of_year = (153 * month + 2) / 5 + day - 1;
    let (era, year_of_era) = (year / 400, year % 400);
    let day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    let days = (era * 146_097 + day_of_era).checked_sub(719_468)?;
    Some((days * 86_400 + seconds) * 1_000_000 + fraction)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_read_to_the_microsecond() {
        assert_eq!(micros(b"1970-01-01T00:00:00Z"), Some(0));
        assert_eq!(micros(b"2026-11-24T12:04:13.5Z\""), Some(1_795_521_853_500_000));
        assert_eq!(micros(b"2024-02-29T23:59:59.000001Z"), Some(1_709_251_199_000_001));
        assert_eq!(micros(b"yesterday"), None);
    }

    #[test]
    fn a_frame_is_taken_when_it_is_whole() {
        let bytes = [0x81, 2, b'h', b'i', 0x88, 0];
        assert_eq!(first(&bytes), Some((1, &b"hi"[..], 4)));
        assert_eq!(first(&bytes[..3]), None);
        assert_eq!(number_after(br#"{"from":138,"seq":9}"#, b"\"from\":"), Some(138));
    }
}
