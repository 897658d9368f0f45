//! What somebody has beside the password, what that asks for, and which way in is the last.

/// What a person has beside the password.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Factors {
    /// An authenticator app that was confirmed.
    pub has_totp: bool,
    /// A passkey or several.
    pub has_passkey: bool,
    /// Recovery codes that were not used yet.
    pub has_recovery_codes: bool,
}

impl Factors {
    /// Whether the password alone is not enough. Recovery codes stand in for another factor and ask for nothing by themselves.
    #[must_use]
    pub const fn ask_for_a_second(self) -> bool {
        self.has_totp || self.has_passkey
    }

    /// What may come second, in public words.
    #[must_use]
    pub fn words(self) -> Vec<&'static str> {
        let all = [
            (self.has_totp, "totp"),
            (self.has_recovery_codes, "recovery_code"),
            (self.has_passkey, "passkey"),
        ];
        let own = all.into_iter().filter(|(has, _)| *has);
        own.map(|(_, word)| word).collect()
    }
}

/// How a person can sign in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct WaysIn {
    /// By the password.
    pub has_password: bool,
    /// By one of so many passkeys.
    pub passkeys: usize,
    /// By way of one of so many linked providers.
    pub identities: usize,
}

impl WaysIn {
    /// Whether somebody can still come in.
    #[must_use]
    pub const fn is_any(self) -> bool {
        self.has_password || self.passkeys > 0 || self.identities > 0
    }

    /// Without the password.
    #[must_use]
    pub const fn without_password(self) -> Self {
        Self {
            has_password: false,
            ..self
        }
    }

    /// Without one of the linked providers.
    #[must_use]
    pub const fn without_an_identity(self) -> Self {
        Self {
            identities: self.identities.saturating_sub(1),
            ..self
        }
    }

    /// Without one of the passkeys.
    #[must_use]
    pub const fn without_a_passkey(self) -> Self {
        Self {
            passkeys: self.passkeys.saturating_sub(1),
            ..self
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn recovery_codes_alone_ask_for_nothing_and_are_offered_beside_others() {
        let codes = Factors {
            has_recovery_codes: true,
            ..Factors::default()
        };
        assert!(!codes.ask_for_a_second());
        let all = Factors {
            has_totp: true,
            has_passkey: true,
            ..codes
        };
        assert!(all.ask_for_a_second());
        assert_eq!(all.words(), ["totp", "recovery_code", "passkey"]);
    }

    #[test]
    fn the_last_way_in_is_the_password_the_last_passkey_or_the_last_provider() {
        let ways = |has_password: bool, passkeys: usize, identities: usize| WaysIn {
            has_password,
            passkeys,
            identities,
        };
        assert!(ways(true, 1, 0).without_a_passkey().is_any());
        assert!(ways(false, 2, 0).without_a_passkey().is_any());
        assert!(ways(false, 1, 1).without_a_passkey().is_any());
        assert!(!ways(false, 1, 0).without_a_passkey().is_any());
        assert!(ways(true, 1, 0).without_password().is_any());
        assert!(ways(true, 0, 1).without_password().is_any());
        assert!(!ways(true, 0, 0).without_password().is_any());
        assert!(ways(false, 1, 1).without_an_identity().is_any());
        assert!(!ways(false, 0, 1).without_an_identity().is_any());
    }
}
