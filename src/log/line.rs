//! The exported line of an entry: the leaf that the log's hashes are made of, frozen for ever by golden files.
//!
//! Invariant: `parse(write(entry)) == entry`, and a text that is not byte for byte what `write` would write is refused,
//! so that a log that was exported and imported again has the same root. See `json.rs` for the form, `value.rs` for
//! each type of field, `schema.rs` for the description that travels with an export.

use sha2::{Digest as _, Sha256};

use super::json::{Cursor, Fault, Fields, Key, push_instant, push_key, push_number, push_text};
use super::value::{parse_field, write_field};
use crate::domain::catalogue_events;
use crate::domain::command::Command;
use crate::domain::event::{Actor, CommandKey, EVENT_VERSION, Entry, Event, EventKind, Role};
use crate::domain::ids::{BatchId, EntryId, LAST_POSITION, Position};
use crate::domain::quantity::Digest;
use crate::domain::text::{Reference, Slug, Title};
use crate::domain::time::{Day, Instant};

/// The names of the envelope's fields.
pub(crate) mod keys {
    use crate::log::json::Key;

    macro_rules! keys {
        ($($NAME:ident $name:literal)+) => { $(pub(crate) const $NAME: &Key = &Key::of($name);)+ };
    }

    keys! {
        POSITION "position" ID "id" TYPE "type" VERSION "version" EFFECTIVE "effective" RECORDED_AT "recorded_at"
        COMMIT "commit" ACTOR "actor" NAME "name" ROLE "role" KEY "key" DIGEST "digest" BATCH "batch"
        ILLUSTRATIVE "illustrative" LATE "late" DATA "data" COMMAND "command"
    }
}

macro_rules! line_events {
    (
        commanded { $(
            $(#[$doc:meta])* $Event:ident / $Command:ident = $tag:literal $prefix:literal on [$($subject:ident),*] {
                $($(#[$gdoc:meta])* $given:ident: $Given:ty,)*
            } asks { $($(#[$kdoc:meta])* $asked:ident: $Asked:ty,)* } derives { $($(#[$ddoc:meta])* $derived:ident: $Derived:ty,)* }
        )+ }
        announced { $(
            $(#[$adoc:meta])* $Announced:ident = $atag:literal $aprefix:literal on [$($asubject:ident),*] {
                $($(#[$fdoc:meta])* $field:ident: $Field:ty,)*
            }
        )+ }
    ) => {
        /// Writes the event's own fields, without brackets.
        fn write_data(event: &Event, out: &mut Vec<u8>) {
            match event {
                $(Event::$Event(event) => {
                    $({ const KEY: &Key = &Key::of(stringify!($given)); write_field(out, KEY, &event.$given); })*
                    $({ const KEY: &Key = &Key::of(stringify!($derived)); write_field(out, KEY, &event.$derived); })*
                })+
                $(Event::$Announced(event) => {
                    $({ const KEY: &Key = &Key::of(stringify!($field)); write_field(out, KEY, &event.$field); })*
                })+
            }
        }

        /// Reads the fields of an event of this kind.
        fn parse_data(kind: EventKind, fields: &mut Fields<'_, '_>) -> Result<Event, Fault> {
            match kind {
                $(EventKind::$Event => Ok(crate::domain::event::$Event {
                    $($given: { const KEY: &Key = &Key::of(stringify!($given)); parse_field(fields, KEY)? },)*
                    $($derived: { const KEY: &Key = &Key::of(stringify!($derived)); parse_field(fields, KEY)? },)*
                }.into()),)+
                $(EventKind::$Announced => Ok(crate::domain::event::$Announced {
                    $($field: { const KEY: &Key = &Key::of(stringify!($field)); parse_field(fields, KEY)? },)*
                }.into()),)+
            }
        }

        /// Writes the fields of a command, without brackets.
        fn write_asked(command: &Command, out: &mut Vec<u8>) {
            match command { $(
                Command::$Command(command) => {
                    $({ const KEY: &Key = &Key::of(stringify!($given)); write_field(out, KEY, &command.$given); })*
                    $({ const KEY: &Key = &Key::of(stringify!($asked)); write_field(out, KEY, &command.$asked); })*
                }
            )+ }
        }
    };
}

catalogue_events!(line_events);

/// Writes the entry's line, without the newline that ends it in a file.
pub fn write_line(entry: &Entry, out: &mut Vec<u8>) {
    out.push(b'{');
    push_key(out, keys::POSITION);
    push_number(out, entry.position.0);
    write_field(out, keys::ID, &entry.id());
    push_key(out, keys::TYPE);
    push_text(out, entry.event.kind().name());
    write_field(out, keys::VERSION, &EVENT_VERSION);
    write_field(out, keys::EFFECTIVE, &entry.effective);
    push_key(out, keys::RECORDED_AT);
    push_instant(out, entry.recorded_at);
    write_field(out, keys::COMMIT, &entry.commit);
    push_key(out, keys::ACTOR);
    write_actor(&entry.actor, out);
    if let Some(CommandKey { key, digest }) = &entry.key {
        write_field(out, keys::KEY, key);
        write_field(out, keys::DIGEST, digest);
    }
    write_field(out, keys::BATCH, &entry.batch);
    write_field(out, keys::ILLUSTRATIVE, &entry.illustrative);
    write_field(out, keys::LATE, &entry.late);
    push_key(out, keys::DATA);
    out.push(b'{');
    write_data(&entry.event, out);
    out.extend_from_slice(b"}}");
}

fn write_actor(actor: &Actor, out: &mut Vec<u8>) {
    out.push(b'{');
    write_field(out, keys::NAME, &actor.name);
    write_field(out, keys::ROLE, &actor.role);
    out.push(b'}');
}

/// The entry's line, without the newline that ends it in a file.
pub fn line_of(entry: &Entry) -> String {
    let mut line = Vec::with_capacity(512);
    write_line(entry, &mut line);
    String::from_utf8(line).unwrap_or_default()
}

/// Reads a line, without its newline.
///
/// # Errors
/// A [`Fault`] where the text is anything else than the line that [`write_line`] writes of an entry: an unknown type,
/// version or field, fields out of order, a value in another form.
pub fn parse_line(text: &str) -> Result<Entry, Fault> {
    let mut cursor = Cursor::new(text);
    let mut fields = cursor.object()?;
    let position = required(&mut fields, keys::POSITION, parse_position)?;
    let id: EntryId = parse_field(&mut fields, keys::ID)?;
    let kind = required(&mut fields, keys::TYPE, parse_kind)?;
    check_id(id, kind, position)?;
    required(&mut fields, keys::VERSION, |cursor| parse_version(kind, cursor))?;
    let effective: Day = parse_field(&mut fields, keys::EFFECTIVE)?;
    let recorded_at = required(&mut fields, keys::RECORDED_AT, parse_instant)?;
    let commit: u32 = parse_field(&mut fields, keys::COMMIT)?;
    let actor = required(&mut fields, keys::ACTOR, parse_actor)?;
    let key = parse_key(&mut fields)?;
    let batch: Option<BatchId> = parse_field(&mut fields, keys::BATCH)?;
    let illustrative: bool = parse_field(&mut fields, keys::ILLUSTRATIVE)?;
    let late: Option<Title> = parse_field(&mut fields, keys::LATE)?;
    let event = required(&mut fields, keys::DATA, |cursor| parse_event(kind, cursor))?;
    fields.finish()?;
    let entry = Entry { position, effective, recorded_at, commit, actor, key, batch, late, illustrative, event };
    check_canonical(text, &entry).map(|()| entry)
}

fn required<'a, T>(
    fields: &mut Fields<'_, 'a>,
    key: &Key,
    read: impl FnOnce(&mut Cursor<'a>) -> Result<T, Fault>,
) -> Result<T, Fault> {
    let missing = || Fault::new("this field is missing or out of order").within(key.name());
    fields.next(key, read)?.ok_or_else(missing)
}

fn parse_position(cursor: &mut Cursor<'_>) -> Result<Position, Fault> {
    let position = Position(cursor.number()?);
    if position.0 == 0 || position > LAST_POSITION {
        return Err(Fault::new(format!("a position lies between 1 and {LAST_POSITION}")));
    }
    Ok(position)
}

fn parse_kind(cursor: &mut Cursor<'_>) -> Result<EventKind, Fault> {
    let name = cursor.text()?;
    EventKind::from_name(&name).ok_or_else(|| Fault::new(format!("{name} is no type of event that this release knows")))
}

fn check_id(id: EntryId, kind: EventKind, position: Position) -> Result<(), Fault> {
    let right = EntryId { kind, position };
    if id == right {
        return Ok(());
    }
    Err(Fault::new(format!("the id of this type at this position is {right}")).within(keys::ID.name()))
}

fn parse_version(kind: EventKind, cursor: &mut Cursor<'_>) -> Result<(), Fault> {
    let version = cursor.number()?;
    if version == u64::from(EVENT_VERSION) {
        return Ok(());
    }
    Err(Fault::new(format!("this release reads version {EVENT_VERSION} of {}, not version {version}", kind.name())))
}

fn parse_instant(cursor: &mut Cursor<'_>) -> Result<Instant, Fault> {
    cursor.text()?.parse().map_err(|error| Fault::new(format!("{error}")))
}

fn parse_actor(cursor: &mut Cursor<'_>) -> Result<Actor, Fault> {
    let mut fields = cursor.object()?;
    let name: Slug = parse_field(&mut fields, keys::NAME)?;
    let role: Role = parse_field(&mut fields, keys::ROLE)?;
    fields.finish()?;
    Ok(Actor { name, role })
}

fn parse_key(fields: &mut Fields<'_, '_>) -> Result<Option<CommandKey>, Fault> {
    let Some(key) = parse_field::<Option<Reference>>(fields, keys::KEY)? else { return Ok(None) };
    Ok(Some(CommandKey { key, digest: parse_field(fields, keys::DIGEST)? }))
}

fn parse_event(kind: EventKind, cursor: &mut Cursor<'_>) -> Result<Event, Fault> {
    let mut fields = cursor.object()?;
    let event = parse_data(kind, &mut fields)?;
    fields.finish()?;
    Ok(event)
}

/// The bytes are what is hashed, so that what means the same in another form is not the same line.
fn check_canonical(text: &str, entry: &Entry) -> Result<(), Fault> {
    let right = line_of(entry);
    if right == text {
        return Ok(());
    }
    let same = right.bytes().zip(text.bytes()).take_while(|(right, given)| right == given).count();
    Err(Fault::new(format!("from byte {} on this is not in the one form that such a line has", same + 1)))
}

/// A command with what its caller says of it: all that changes what is recorded.
#[derive(Clone, Copy, Debug)]
pub struct Asked<'a> {
    /// The command.
    pub command: &'a Command,
    /// The day it happened, where the caller names one.
    pub effective: Option<Day>,
    /// The import it comes with.
    pub batch: Option<BatchId>,
    /// Whether the figure is illustrative.
    pub illustrative: bool,
    /// The reason for changing closed books.
    pub late: Option<&'a Title>,
}

/// A command's canonical content. Who asks, the day it is and the version that is expected are no content, so that the
/// same command can be sent again tomorrow.
pub fn command_json(asked: &Asked<'_>) -> String {
    let mut out = Vec::with_capacity(256);
    out.push(b'{');
    push_key(&mut out, keys::COMMAND);
    push_text(&mut out, asked.command.name());
    write_field(&mut out, keys::EFFECTIVE, &asked.effective);
    write_field(&mut out, keys::BATCH, &asked.batch);
    write_field(&mut out, keys::ILLUSTRATIVE, &asked.illustrative);
    write_field(&mut out, keys::LATE, &asked.late.cloned());
    push_key(&mut out, keys::DATA);
    out.push(b'{');
    write_asked(asked.command, &mut out);
    out.extend_from_slice(b"}}");
    String::from_utf8(out).unwrap_or_default()
}

/// The digest of commands that are asked for as one commit: SHA-256 over the canonical content of each, a newline
/// after it.
pub fn command_digest<'a>(asked: impl IntoIterator<Item = Asked<'a>>) -> Digest {
    let mut hasher = Sha256::new();
    for asked in asked {
        hasher.update(command_json(&asked));
        hasher.update(b"\n");
    }
    Digest(hasher.finalize().into())
}
