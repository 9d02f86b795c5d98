//! `kiwideck user …`: the way in when nobody can use the pages.

use super::{CommandError, note, open_database, say, secret};
use crate::clock::Clock;
use crate::config::Config;
use crate::model::Database;
use crate::model::audit::Event;
use crate::model::factor;
use crate::model::name::{are_alike, canonical, mixes_scripts};
use crate::model::person::{self, Person, Role};
use crate::model::roster;
use crate::password::{Cost, Hasher, LENGTH_MAX_BYTES, LENGTH_MIN};
use clap::Subcommand;

/// The people who sign in.
#[derive(Subcommand)]
pub(super) enum User {
    /// Add a person. The password is typed unseen, or read from standard input.
    Add {
        /// The name to sign in with.
        name: String,
        /// `admin` or `member`; what a member may do is set on the page of people.
        #[arg(long, value_parser = ["admin", "member"])]
        role: String,
    },
    /// List the people.
    List,
    /// Give a person a new password, typed unseen or read from standard input. Ends their sessions.
    ResetPassword {
        /// The person's name.
        name: String,
    },
    /// Take a person's second factor away, who lost it. Ends their sessions.
    ResetFactor {
        /// The person's name.
        name: String,
    },
    /// Let a person sign in no more. Ends their sessions.
    Disable {
        /// The person's name.
        name: String,
    },
}

pub(super) async fn run(user: User) -> Result<(), CommandError> {
    let db = open_database(&Config::from_environment()?).await?;
    match user {
        User::Add { name, role } => add(&db, &name, &role).await,
        User::List => list(&db).await,
        User::ResetPassword { name } => reset_password(&db, &name).await,
        User::ResetFactor { name } => reset_factor(&db, &name).await,
        User::Disable { name } => disable(&db, &name).await,
    }
}

async fn add(db: &Database, name: &str, role: &str) -> Result<(), CommandError> {
    if canonical(name).is_empty() {
        return Err(CommandError::Said("the name is empty".into()));
    }
    if mixes_scripts(name) {
        return Err(CommandError::Said(
            "the name mixes letters of several scripts".into(),
        ));
    }
    let people = roster::names(db).await?;
    let mut others = people.iter().filter(|(_, other)| *other != canonical(name));
    if let Some((_, other)) = others.find(|(_, other)| are_alike(other, name)) {
        let words = format!("the name looks like that of {other}");
        return Err(CommandError::Said(words));
    }
    let hash = new_password_hash().await?;
    let event = Event::new("person-added")
        .with("name", name)
        .with("role", role);
    let role = Role::from_word(role).unwrap_or(Role::Member);
    person::add(db, name, &hash, role, &note(event)).await?;
    say(&format!("added {name}"))
}

async fn list(db: &Database) -> Result<(), CommandError> {
    for person in person::all(db, Clock::system().now_s()).await? {
        let state = match (person.disabled_at, person.joined_at) {
            (Some(_), _) => " disabled",
            (None, None) => " invited",
            (None, Some(_)) => "",
        };
        let role = person.role.word();
        say(&format!("{} {role}{state}", person.name))?;
    }
    Ok(())
}

async fn reset_password(db: &Database, name: &str) -> Result<(), CommandError> {
    let person = find(db, name).await?;
    let hash = new_password_hash().await?;
    let event = Event::new("password-reset").with("name", &person.name);
    person::set_password(db, person.id, &hash, &note(event)).await?;
    say(&format!("{} has a new password", person.name))
}

async fn reset_factor(db: &Database, name: &str) -> Result<(), CommandError> {
    let person = find(db, name).await?;
    let event = Event::new("factor-reset").with("name", &person.name);
    factor::reset(db, person.id, &note(event)).await?;
    say(&format!("{} signs in with the password alone", person.name))
}

async fn disable(db: &Database, name: &str) -> Result<(), CommandError> {
    let person = find(db, name).await?;
    let event = Event::new("person-disabled").with("name", &person.name);
    let now_s = Clock::system().now_s();
    person::set_disabled(db, person.id, Some(now_s), &note(event)).await?;
    say(&format!("{} cannot sign in any more", person.name))
}

async fn find(db: &Database, name: &str) -> Result<Person, CommandError> {
    let person = person::find_by_name(db, name, Clock::system().now_s()).await?;
    person.ok_or_else(|| CommandError::Said(format!("there is no person named {name}")))
}

async fn new_password_hash() -> Result<String, CommandError> {
    let password = secret("New password: ")?;
    let text = password.reveal();
    if text.chars().count() < LENGTH_MIN || text.len() > LENGTH_MAX_BYTES {
        return Err(CommandError::Said(format!(
            "a password has at least {LENGTH_MIN} characters"
        )));
    }
    Ok(Hasher::new(Cost::default())?.hash(password).await?)
}
