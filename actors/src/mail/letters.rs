//! What the hub writes to people. Plain text, one link each, on a line of its own; no line of prose is longer than 72
//! characters, so that a letter is read and copied as it stands.

use domain::access::Role;

/// One letter. No `Debug`: the text holds a token.
pub(crate) struct Letter {
    /// Which kind, for the log.
    pub(crate) kind: &'static str,
    /// To whom.
    pub(crate) to: String,
    /// What it is about.
    pub(crate) subject: String,
    /// The words.
    pub(crate) text: String,
}

impl Letter {
    /// Asks whether a sign-up was meant.
    pub(crate) fn verify(to: &str, link: &str) -> Self {
        Self {
            kind: "verify",
            to: to.to_owned(),
            subject: "Confirm your e-mail address".to_owned(),
            text: format!(
                "Somebody, probably you, signed up to Entrepot with this address.\n\n\
                 To finish, open this link within 24 hours and enter the password\nyou chose:\n\n{link}\n\n\
                 If it was not you, do nothing: without that password the link is\nuseless.\n"
            ),
        }
    }

    /// Tells somebody who has an account that a sign-up was tried.
    pub(crate) fn known_already(to: &str, public_url: &str) -> Self {
        Self {
            kind: "known_already",
            to: to.to_owned(),
            subject: "You have an account already".to_owned(),
            text: format!(
                "Somebody, probably you, signed up to Entrepot with this address, which\nhas an account already.\n\n\
                 Sign in here, or ask for a new password:\n\n{public_url}/sign-in\n\n\
                 If it was not you, there is nothing to do: nothing was changed.\n"
            ),
        }
    }

    /// The way back in.
    pub(crate) fn reset(to: &str, link: &str) -> Self {
        Self {
            kind: "reset",
            to: to.to_owned(),
            subject: "Choose a new password".to_owned(),
            text: format!(
                "Somebody, probably you, forgot the password of this address's account.\n\n\
                 To choose a new one, open this link within the hour:\n\n{link}\n\n\
                 If it was not you, do nothing: your password stays as it is.\n"
            ),
        }
    }

    /// After a password was changed.
    pub(crate) fn password_changed(to: &str, public_url: &str) -> Self {
        Self {
            kind: "password_changed",
            to: to.to_owned(),
            subject: "Your password was changed".to_owned(),
            text: format!(
                "The password of your account was changed and your other sessions were\nended.\n\n\
                 If it was not you, ask for a new password at once:\n\n{public_url}/sign-in\n"
            ),
        }
    }

    /// After a provider's word for somebody was linked to their account.
    pub(crate) fn identity_linked(to: &str, provider: &str, public_url: &str) -> Self {
        Self {
            kind: "identity_linked",
            to: to.to_owned(),
            subject: "A way to sign in was added".to_owned(),
            text: format!(
                "Somebody, probably you, signed in to your account by way of {provider}, which vouched for this \
                 address. From now on {provider} lets you in.\n\n\
                 If it was not you, sign in at {public_url}/sign-in at once, unlink it, and change your password there.\n"
            ),
        }
    }

    /// An offer of membership.
    pub(crate) fn invite(to: &str, organization: &str, role: Role, link: &str) -> Self {
        Self {
            kind: "invite",
            to: to.to_owned(),
            subject: format!("You are invited to {organization}"),
            text: format!(
                "You are invited to work on Entrepot, as {role}, with\n\n{organization}\n\n\
                 To accept, open this link within 7 days:\n\n{link}\n",
                role = role.word(),
            ),
        }
    }

    /// After something was added that one can sign in with.
    pub(crate) fn factor_added(to: &str, what: &str, public_url: &str) -> Self {
        Self {
            kind: "factor_added",
            to: to.to_owned(),
            subject: "A way to prove who you are was added".to_owned(),
            text: format!(
                "{what} was added to your account.\n\n\
                 If it was not you, sign in at {public_url}/sign-in, remove it, end your other sessions and choose a new \
                 password.\n"
            ),
        }
    }

    /// After something was removed that one could sign in with.
    pub(crate) fn factor_removed(to: &str, what: &str, public_url: &str) -> Self {
        Self {
            kind: "factor_removed",
            to: to.to_owned(),
            subject: "A way to prove who you are was removed".to_owned(),
            text: format!(
                "{what} was removed from your account.\n\n\
                 If it was not you, sign in at {public_url}/sign-in, end your other sessions and choose a new password.\n"
            ),
        }
    }

    /// After somebody proved themselves with a code that was written down.
    pub(crate) fn recovery_code_used(to: &str, public_url: &str) -> Self {
        Self {
            kind: "recovery_code_used",
            to: to.to_owned(),
            subject: "A recovery code was used".to_owned(),
            text: format!(
                "Somebody, probably you, proved to be you with one of your recovery codes. That code is used up.\n\n\
                 If it was not you, choose a new password and new recovery codes at {public_url}/sign-in at once.\n"
            ),
        }
    }

    /// When a passkey may have been copied.
    pub(crate) fn passkey_suspect(to: &str, name: &str, public_url: &str) -> Self {
        Self {
            kind: "passkey_suspect",
            to: to.to_owned(),
            subject: "A passkey of yours was refused".to_owned(),
            text: format!(
                "The passkey \"{name}\" was refused: it counts its uses, and its count went back. There may be a copy of it.\n\n\
                 Remove it at {public_url}/sign-in and make a new one.\n"
            ),
        }
    }

    /// Asks whether an address is to be an account's from now on.
    pub(crate) fn confirm_email(to: &str, link: &str) -> Self {
        Self {
            kind: "confirm_email",
            to: to.to_owned(),
            subject: "Move your account to this address".to_owned(),
            text: format!(
                "Somebody, probably you, wants this address for their account with Entrepot.\n\n\
                 To move the account here, open this link within the hour:\n\n{link}\n\n\
                 If it was not you, do nothing: nothing is changed without it.\n"
            ),
        }
    }

    /// Tells somebody who has an account that another was to move to their address.
    pub(crate) fn email_known(to: &str) -> Self {
        Self {
            kind: "email_known",
            to: to.to_owned(),
            subject: "You have an account already".to_owned(),
            text: "Somebody, probably you, wanted this address for another account with Entrepot. It has an account already, and \
                   an address has one.\n\nThere is nothing to do: nothing was changed.\n"
                .to_owned(),
        }
    }

    /// Tells the old address that a change was asked for.
    pub(crate) fn email_change_asked(to: &str, new: &str, public_url: &str) -> Self {
        Self {
            kind: "email_change_asked",
            to: to.to_owned(),
            subject: "A new e-mail address was asked for".to_owned(),
            text: format!(
                "Your account is to move to {new}. It will once a letter there is answered, within the hour.\n\n\
                 If it was not you, choose a new password at {public_url}/sign-in at once: that stops it and ends your other \
                 sessions.\n"
            ),
        }
    }

    /// Tells the old address that it is no longer the account's.
    pub(crate) fn email_changed(to: &str, new: &str) -> Self {
        Self {
            kind: "email_changed",
            to: to.to_owned(),
            subject: "Your e-mail address was changed".to_owned(),
            text: format!(
                "Your account has moved to {new}, and your other sessions were ended. Nothing more comes to this address.\n\n\
                 If it was not you, write to whoever runs this hub at once.\n"
            ),
        }
    }

    /// Tells an owner or admin that a platform's settings changed.
    pub(crate) fn settings_changed(to: &str, organization: &str, what: &str) -> Self {
        Self {
            kind: "settings_changed",
            to: to.to_owned(),
            subject: format!("Settings of {organization} were changed"),
            text: format!(
                "{what}\n\nWho it was is in the audit log. If nobody meant it, enter the right ones again and look there.\n"
            ),
        }
    }
}
