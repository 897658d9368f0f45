//! Codes of authenticator apps (RFC 6238): six digits, SHA-1, 30 seconds, as every app understands them.

use domain::secrets::SecretText;
use jiff::Timestamp;
use qrcode::QrCode;
use qrcode::render::svg;
use totp_rs::{Algorithm, Builder, Secret, Totp};

use crate::clock::Clock;

const ISSUER: &str = "Entrepot";
const DIGITS: u8 = 6;
const STEP_SECONDS: u64 = 30;
/// Steps before and after the one that is now: clocks differ and fingers are slow.
const SKEW: u16 = 1;
/// RFC 4226 asks for 160 bits.
const SECRET_BYTES: usize = 20;
const QR_PIXELS: u32 = 240;

/// An app's secret at work.
pub(crate) struct Authenticator {
    totp: Totp,
}

/// What an app is told.
pub struct Enrolment {
    /// The secret, to be typed.
    pub secret: SecretText,
    /// The secret in a link that apps understand.
    pub uri: SecretText,
    /// That link as a picture, in SVG.
    pub qr_svg: SecretText,
}

impl Authenticator {
    /// A new secret, as it is sealed: in base 32.
    pub(crate) fn fresh_secret(clock: &dyn Clock) -> SecretText {
        let random = clock.fresh_secret();
        let (bytes, _) = random
            .split_first_chunk::<SECRET_BYTES>()
            .unwrap_or((&[0; SECRET_BYTES], &[]));
        SecretText::new(Secret::new_stack(*bytes).to_base32())
    }

    /// The app of the person with this address. `None`: the secret is none.
    pub(crate) fn of(secret: &SecretText, account: &str) -> Option<Self> {
        let builder = Builder::new()
            .with_algorithm(Algorithm::SHA1)
            .with_digits(DIGITS)
            .with_skew(SKEW)
            .with_step_duration(STEP_SECONDS)
            .with_secret(Secret::try_from_base32(secret.reveal()).ok()?)
            .with_account_name(account)
            .with_issuer(Some(ISSUER));
        builder.build().ok().map(|totp| Self { totp })
    }

    /// The time step whose code this is, if it is one of those that count now.
    pub(crate) fn step_of(&self, code: &str, now: Timestamp) -> Option<i64> {
        let seconds = u64::try_from(now.as_second()).ok()?;
        self.totp.check(code, seconds).and_then(|step| step.try_into().ok())
    }

    /// What the app is told.
    pub(crate) fn enrolment(&self, secret: SecretText) -> Option<Enrolment> {
        let uri = self.totp.to_url().ok()?;
        let picture = QrCode::new(uri.as_bytes()).ok()?;
        let drawn = picture
            .render::<svg::Color<'_>>()
            .min_dimensions(QR_PIXELS, QR_PIXELS)
            .build();
        Some(Enrolment {
            secret,
            uri: SecretText::new(uri),
            qr_svg: SecretText::new(drawn),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// RFC 6238, appendix B: the secret of its SHA-1 vectors, which are of eight digits; the last six are ours.
    fn of_the_rfc() -> Authenticator {
        let secret = SecretText::new(Secret::new_stack(*b"12345678901234567890").to_base32());
        Authenticator::of(&secret, "mei@example.com").unwrap()
    }

    #[test]
    fn the_codes_are_those_of_the_rfc() {
        for (second, code) in [
            (59, "287082"),
            (1_111_111_109, "081804"),
            (1_234_567_890, "005924"),
            (2_000_000_000, "279037"),
        ] {
            let now = Timestamp::from_second(second).unwrap();
            assert_eq!(of_the_rfc().step_of(code, now), Some(second / 30), "{second}");
        }
    }

    #[test]
    fn a_code_counts_one_step_before_and_after_its_own_and_no_longer() {
        let step_at = |second: i64| of_the_rfc().step_of("005924", Timestamp::from_second(second).unwrap());
        let its_own = 1_234_567_890 / 30;
        for (second, counts) in [
            (1_234_567_859, false),
            (1_234_567_860, true),
            (1_234_567_949, true),
            (1_234_567_950, false),
        ] {
            assert_eq!(step_at(second), counts.then_some(its_own), "{second}");
        }
    }

    #[test]
    fn what_is_no_code_is_none() {
        let now = Timestamp::from_second(1_234_567_890).unwrap();
        for text in ["", "5924", "00592", "0059244", "00592a", "٠٠٥٩٢٤", " 05924", "+05924"] {
            assert_eq!(of_the_rfc().step_of(text, now), None, "{text}");
        }
    }
}
