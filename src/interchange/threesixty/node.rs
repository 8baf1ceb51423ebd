//! A JSON value that keeps its numbers as they were written, so that no amount passes through a float.
//!
//! Invariant: no deeper than [`DEPTH_MAX`] and made of no more than [`BYTES_MAX`], whatever the file holds.

use std::fmt;

use serde::de::{Deserializer as _, MapAccess, SeqAccess, Visitor};
use serde_json::value::RawValue;
use sha2::{Digest, Sha256};

/// The deepest nesting inside one grant. The standard needs four.
pub const DEPTH_MAX: usize = 16;

/// The most bytes of one grant. A long one has a few thousand.
pub const BYTES_MAX: usize = 256 * 1024;

/// A JSON value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Node {
    /// `null`
    Nothing,
    /// `true` or `false`
    Flag(bool),
    /// A number, as written.
    Number(String),
    /// A text.
    Text(String),
    /// A list.
    List(Vec<Node>),
    /// An object, its names in the order of the file.
    Object(Vec<(String, Node)>),
}

/// A grant that is nested more deeply than [`DEPTH_MAX`], longer than [`BYTES_MAX`], or text that is no JSON.
#[derive(Debug)]
pub struct NodeError;

impl Node {
    /// The tree of a piece of JSON that was found to be well formed.
    ///
    /// # Errors
    /// Where it is nested too deeply, or too long.
    pub fn of(raw: &RawValue) -> Result<Self, NodeError> {
        if raw.get().len() > BYTES_MAX {
            return Err(NodeError);
        }
        build(raw.get(), DEPTH_MAX)
    }

    /// The value under a name; of a name given twice the last, as in every JSON reader.
    pub fn get(&self, name: &str) -> Option<&Self> {
        match self {
            Self::Object(fields) => fields.iter().rev().find(|(known, _)| known == name).map(|(_, value)| value),
            _ => None,
        }
    }

    /// The text, where it is one.
    pub fn text(&self) -> Option<&str> {
        if let Self::Text(text) = self { Some(text) } else { None }
    }

    /// The items, where it is a list.
    pub fn items(&self) -> &[Self] {
        if let Self::List(items) = self { items } else { &[] }
    }

    /// What it is, as people call it.
    pub fn called(&self) -> &'static str {
        match self {
            Self::Nothing => "null",
            Self::Flag(_) => "true or false",
            Self::Number(_) => "a number",
            Self::Text(_) => "a text",
            Self::List(_) => "a list",
            Self::Object(_) => "an object",
        }
    }

    /// A digest that equal values share, whatever the order of their names.
    pub fn digest(&self) -> [u8; 32] {
        let mut hash = Sha256::new();
        self.digest_into(&mut hash);
        hash.finalize().into()
    }

    fn digest_into(&self, hash: &mut Sha256) {
        hash.update(self.called());
        match self {
            Self::Nothing => {}
            Self::Flag(flag) => hash.update([u8::from(*flag)]),
            Self::Number(text) | Self::Text(text) => sized(hash, text),
            Self::List(items) => {
                hash.update(items.len().to_be_bytes());
                for item in items {
                    item.digest_into(hash);
                }
            }
            Self::Object(fields) => {
                let mut fields: Vec<_> = fields.iter().collect();
                fields.sort_by(|one, other| one.0.cmp(&other.0));
                hash.update(fields.len().to_be_bytes());
                for (name, value) in fields {
                    sized(hash, name);
                    value.digest_into(hash);
                }
            }
        }
    }
}

fn sized(hash: &mut Sha256, text: &str) {
    hash.update(text.len().to_be_bytes());
    hash.update(text);
}

fn build(text: &str, depth: usize) -> Result<Node, NodeError> {
    let deeper = depth.checked_sub(1).ok_or(NodeError)?;
    match text.as_bytes().first() {
        Some(b'{') => {
            let fields = pieces(text, Shape::Object)?.into_iter();
            fields.map(|(name, raw)| Ok((name, build(raw.get(), deeper)?))).collect::<Result<_, _>>().map(Node::Object)
        }
        Some(b'[') => {
            let items = pieces(text, Shape::List)?.into_iter();
            items.map(|(_, raw)| build(raw.get(), deeper)).collect::<Result<_, _>>().map(Node::List)
        }
        Some(b'"') => serde_json::from_str(text).map(Node::Text).map_err(|_| NodeError),
        Some(b't') => Ok(Node::Flag(true)),
        Some(b'f') => Ok(Node::Flag(false)),
        Some(b'n') => Ok(Node::Nothing),
        _ => Ok(Node::Number(text.to_owned())),
    }
}

#[derive(Clone, Copy)]
enum Shape {
    Object,
    List,
}

/// The values of an object with their names, or of a list with none, each as it stands in the text.
fn pieces(text: &str, shape: Shape) -> Result<Vec<(String, &RawValue)>, NodeError> {
    let mut reader = serde_json::Deserializer::from_str(text);
    let read = match shape {
        Shape::Object => reader.deserialize_map(Pieces),
        Shape::List => reader.deserialize_seq(Pieces),
    };
    read.map_err(|_| NodeError)
}

struct Pieces;

impl<'de> Visitor<'de> for Pieces {
    type Value = Vec<(String, &'de RawValue)>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object or a list")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut access: A) -> Result<Self::Value, A::Error> {
        let mut fields = Vec::new();
        while let Some(field) = access.next_entry()? {
            fields.push(field);
        }
        Ok(fields)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut access: A) -> Result<Self::Value, A::Error> {
        let mut items = Vec::new();
        while let Some(raw) = access.next_element()? {
            items.push((String::new(), raw));
        }
        Ok(items)
    }
}
