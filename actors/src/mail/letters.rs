//! What the hub writes to people. Plain text, one link each.

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
                 To finish, open this link within 24 hours and enter the password you chose:\n\n{link}\n\n\
                 If it was not you, do nothing: without that password the link is useless.\n"
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
                "Somebody, probably you, signed up to Entrepot with this address, which has an account already.\n\n\
                 Sign in at {public_url}/sign-in, or ask for a new password there.\n\n\
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
                "The password of your account was changed and your other sessions were ended.\n\n\
                 If it was not you, ask for a new password at {public_url}/sign-in at once.\n"
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
                "You are invited to work with {organization} on Entrepot, as {role}.\n\n\
                 To accept, open this link within 7 days:\n\n{link}\n",
                role = role.word(),
            ),
        }
    }
}
