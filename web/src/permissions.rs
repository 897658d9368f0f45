//! `docs/permissions.md`, written from the tables in the code: who may do what, and what every route asks for.

use domain::access::{Permission, PermissionSet, Role};

use crate::access::Guard;
use crate::routes::{ROUTES, guards};

const HEAD: &str = "# Permissions

Written by `make permissions` from `domain/src/access/permission.rs` and the route table; a test holds it to them.

A member has a role; a role has every permission of the roles below it. An API key has the permissions it was made with, at most its maker's.
A membership limited to locations changes stock at those only; commands in which the hub would choose the place are refused to it.
\"See as\" narrows a session to a role and never widens it.
";

/// The document as it is checked in.
#[must_use]
pub fn permissions_markdown() -> String {
    let mut text = HEAD.to_owned();
    let roles: Vec<&str> = Role::ALL.iter().map(|role| role.word()).collect();
    text.push_str(&format!(
        "\n| Permission | {} | Allows to |\n|---|{}---|\n",
        roles.join(" | "),
        ":-:|".repeat(roles.len())
    ));
    for permission in Permission::ALL {
        let marks = Role::ALL.iter().map(|role| {
            if PermissionSet::of_role(*role).has(*permission) {
                "•"
            } else {
                " "
            }
        });
        let marks = marks.collect::<Vec<_>>().join(" | ");
        text.push_str(&format!(
            "| `{}` | {marks} | {} |\n",
            permission.word(),
            permission.meaning().trim()
        ));
    }
    text.push_str("\n## Routes\n\n| Route | Asks for |\n|---|---|\n");
    for ((method, path), guard) in ROUTES.iter().zip(guards()) {
        text.push_str(&format!(
            "| `{} {path}` | {} |\n",
            method.to_uppercase(),
            asks_for(guard)
        ));
    }
    text
}

fn asks_for(guard: Option<Guard>) -> String {
    match guard {
        None => "a mistake".to_owned(),
        Some(Guard::Public) => "nothing: public".to_owned(),
        Some(Guard::Person) => "being signed in".to_owned(),
        Some(Guard::Member) => "acting for an organization".to_owned(),
        Some(Guard::Permission(permission)) => format!("`{}`", permission.word()),
    }
}
