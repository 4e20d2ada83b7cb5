//! Record types and records: SRFI-9, `define-record-type*`, conditions.

use std::cell::RefCell;
use std::rc::Rc;

use steel::SteelVal;
use steel::rvals::{Custom, Result};

use super::exception::{self, expecting, out_of_range, wrong_type};
use super::object::{Held, boolean, is, is_true, list, object, peek, poke, string, symbol};
use super::registry::{Native, internals, native, natives};
use super::summary::Part;

/// A record type. Two types are the same only if they are the same object.
pub(crate) struct RecordType {
    /// Name as defined, with its angle brackets.
    pub(crate) name: String,
    /// Fields of the ancestors first.
    pub(crate) fields: Vec<String>,
    /// The type that this one extends.
    pub(crate) parent: Option<Rc<RecordType>>,
    /// The program's procedure that prints records of this type.
    pub(crate) printer: RefCell<Option<Held>>,
    /// How records of this type are printed without one, where not by all their fields.
    pub(crate) summary: Vec<Part>,
}

impl RecordType {
    /// A new type, whose records are printed by name and fields.
    pub(crate) fn new(
        name: String,
        fields: Vec<String>,
        parent: Option<Rc<RecordType>>,
    ) -> RecordType {
        RecordType { name, fields, parent, printer: RefCell::default(), summary: Vec::new() }
    }

    /// Whether a record of this type may stand where one of `other` is asked for.
    pub(crate) fn extends(self: &Rc<Self>, other: &Rc<RecordType>) -> bool {
        let mut current = Some(self);
        while let Some(record_type) = current {
            if Rc::ptr_eq(record_type, other) {
                return true;
            }
            current = record_type.parent.as_ref();
        }
        false
    }
}

/// The value that stands for a record type in Scheme.
pub(crate) struct Descriptor(pub(crate) Rc<RecordType>);

impl Custom for Descriptor {
    fn fmt(&self) -> Option<std::result::Result<String, std::fmt::Error>> {
        let copy = Descriptor(Rc::clone(&self.0));
        Some(object(copy).map(super::engine_error::mention).map_err(|_| std::fmt::Error))
    }
}

/// A record.
pub(crate) struct Record {
    pub(crate) record_type: Rc<RecordType>,
    /// `FILE:LINE:COLUMN` of the form that made it, where it is known.
    pub(crate) location: SteelVal,
    pub(crate) fields: Vec<Held>,
}

impl Custom for Record {
    /// The engine's errors name values by their texts: this one leads back to the record.
    fn fmt(&self) -> Option<std::result::Result<String, std::fmt::Error>> {
        let fields = self.fields.iter().map(|field| Held::new(field.get())).collect();
        let copy = Record {
            record_type: Rc::clone(&self.record_type),
            location: self.location.clone(),
            fields,
        };
        Some(object(copy).map(super::engine_error::mention).map_err(|_| std::fmt::Error))
    }
}

/// A record as a value.
pub(crate) fn make_record(
    record_type: &Rc<RecordType>,
    location: SteelVal,
    fields: &[SteelVal],
) -> Result<SteelVal> {
    object(Record {
        record_type: Rc::clone(record_type),
        location,
        fields: fields.iter().cloned().map(Held::new).collect(),
    })
}

/// The type of a record.
pub(crate) fn type_of(value: &SteelVal) -> Option<Rc<RecordType>> {
    peek::<Record, _>(value, |record| Rc::clone(&record.record_type))
}

/// Type name and fields by name of a record; `None` for every other value.
pub fn record_fields(value: &SteelVal) -> Option<(String, Vec<(String, SteelVal)>)> {
    peek::<Record, _>(value, |record| {
        let names = record.record_type.fields.iter().cloned();
        let fields = names.zip(record.fields.iter().map(Held::get)).collect();
        (record.record_type.name.clone(), fields)
    })
}

/// The field at `index` of a record.
pub(crate) fn field(value: &SteelVal, index: usize) -> Option<SteelVal> {
    peek::<Record, _>(value, |record| record.fields.get(index).map(Held::get)).flatten()
}

/// The type behind a descriptor.
pub(crate) fn descriptor(
    name: &'static str,
    position: usize,
    value: &SteelVal,
) -> Result<Rc<RecordType>> {
    peek::<Descriptor, _>(value, |descriptor| Rc::clone(&descriptor.0))
        .ok_or_else(|| expecting(name, position, "record-type", value))
}

fn names(value: &SteelVal) -> Vec<String> {
    super::object::spine(value)
        .0
        .iter()
        .map(|item| match item {
            SteelVal::StringV(name) | SteelVal::SymbolV(name) => name.to_string(),
            // A field given as `(mutable name)`, as R6RS and Guile's make-record-type allow.
            SteelVal::ListV(parts) => parts.last().map(|name| name.to_string()).unwrap_or_default(),
            other => other.to_string(),
        })
        .collect()
}

/// The type that `NAME FIELDS [PARENT]` describe.
fn record_type(args: &[SteelVal]) -> Result<RecordType> {
    let name = match &args[0] {
        SteelVal::StringV(name) | SteelVal::SymbolV(name) => name.to_string(),
        other => return Err(expecting("make-record-type", 1, "symbol", other)),
    };
    let parent = match args.get(2) {
        Some(value) if is_true(value) => Some(descriptor("make-record-type", 3, value)?),
        _ => None,
    };
    let mut fields = parent.as_ref().map(|parent| parent.fields.clone()).unwrap_or_default();
    fields.extend(names(&args[1]));
    Ok(RecordType::new(name, fields, parent))
}

/// `(%make-record-type NAME FIELDS [PARENT])`.
fn make_record_type(args: &[SteelVal]) -> Result<SteelVal> {
    object(Descriptor(Rc::new(record_type(args)?)))
}

/// `(%make-summarized-record-type NAME FIELDS PARTS)`: its records have a short form.
fn make_summarized_record_type(args: &[SteelVal]) -> Result<SteelVal> {
    let mut record_type = record_type(&args[..2])?;
    record_type.summary = super::summary::parts(&args[2], &record_type.fields);
    object(Descriptor(Rc::new(record_type)))
}

/// `(%record TYPE LOCATION VALUE ...)`.
fn record(args: &[SteelVal]) -> Result<SteelVal> {
    let record_type = descriptor("make-record", 1, &args[0])?;
    if args.len() - 2 != record_type.fields.len() {
        return Err(exception::wrong_number_of_args_to(&format!("make-{}", record_type.name)));
    }
    make_record(&record_type, args[1].clone(), &args[2..])
}

fn index(value: &SteelVal) -> Option<usize> {
    match value {
        SteelVal::IntV(index) => usize::try_from(*index).ok(),
        _ => None,
    }
}

/// What an accessor says of a value that is not its record.
fn not_the_record(accessor: &SteelVal, value: &SteelVal) -> steel::SteelErr {
    exception::wrong_type_plain(&exception::text(accessor), value)
}

/// `(%record-ref RECORD TYPE INDEX ACCESSOR-NAME)`.
fn record_ref(args: &[SteelVal]) -> Result<SteelVal> {
    let [record, record_type, position, accessor] = args else { return Ok(SteelVal::Void) };
    let record_type = descriptor("record-accessor", 1, record_type)?;
    let found = peek::<Record, _>(record, |record| {
        if !record.record_type.extends(&record_type) {
            return None;
        }
        record.fields.get(index(position)?).map(Held::get)
    });
    found.flatten().ok_or_else(|| not_the_record(accessor, record))
}

/// `(%record-over TYPE LOCATION INDEX VALUE ... RECORD)`: a record with those values at those fields,
/// and the others from another one: `(inherit RECORD)`.
fn record_over(args: &[SteelVal]) -> Result<SteelVal> {
    let [record_type, location, given @ .., inherited] = args else { return Ok(SteelVal::Void) };
    let record_type = descriptor("record-accessor", 1, record_type)?;
    let fields = peek::<Record, _>(inherited, |record| {
        let fields = record.record_type.extends(&record_type).then_some(&record.fields)?;
        Some(fields.iter().take(record_type.fields.len()).map(Held::get).collect::<Vec<_>>())
    });
    let Some(mut fields) = fields.flatten() else {
        return Err(exception::raise(exception::thrown(
            "wrong-type-arg",
            vec![
                SteelVal::BoolV(false),
                string("Wrong type argument in position ~A (expecting struct): ~S"),
                list(vec![SteelVal::IntV(1), inherited.clone()]),
                list(vec![inherited.clone()]),
            ],
        )));
    };
    for pair in given.chunks_exact(2) {
        if let Some(field) = index(&pair[0]).and_then(|index| fields.get_mut(index)) {
            *field = pair[1].clone();
        }
    }
    make_record(&record_type, location.clone(), &fields)
}

/// `(%record-set! RECORD TYPE INDEX MODIFIER-NAME VALUE)`.
fn record_set(args: &[SteelVal]) -> Result<SteelVal> {
    let [record, record_type, position, modifier, value] = args else { return Ok(SteelVal::Void) };
    let record_type = descriptor("record-modifier", 1, record_type)?;
    let held = Held::new(value.clone());
    let old = poke::<Record, _>(record, |record| {
        if !record.record_type.extends(&record_type) {
            return None;
        }
        let slot = record.fields.get_mut(index(position)?)?;
        Some(std::mem::replace(slot, held))
    });
    // The old value is dropped here, when the record is no longer borrowed.
    match old.flatten() {
        Some(_) => Ok(SteelVal::Void),
        None => Err(not_the_record(modifier, record)),
    }
}

/// `(%record-with RECORD TYPE INDEX NAME VALUE)`: a copy with one field changed.
fn record_with(args: &[SteelVal]) -> Result<SteelVal> {
    let [record, record_type, position, name, value] = args else { return Ok(SteelVal::Void) };
    let record_type = descriptor("record-modifier", 1, record_type)?;
    let copy = peek::<Record, _>(record, |record| {
        let index = index(position).filter(|index| *index < record.fields.len())?;
        if !record.record_type.extends(&record_type) {
            return None;
        }
        let mut fields: Vec<SteelVal> = record.fields.iter().map(Held::get).collect();
        fields[index] = value.clone();
        Some(make_record(&record.record_type, record.location.clone(), &fields))
    });
    copy.flatten().unwrap_or_else(|| Err(not_the_record(name, record)))
}

fn is_record_of(args: &[SteelVal]) -> Result<SteelVal> {
    let record_type = descriptor("record-predicate", 1, &args[1])?;
    boolean(
        peek::<Record, _>(&args[0], |record| record.record_type.extends(&record_type))
            .unwrap_or(false),
    )
}

fn record_type_descriptor(args: &[SteelVal]) -> Result<SteelVal> {
    match type_of(&args[0]) {
        Some(record_type) => object(Descriptor(record_type)),
        None => Err(wrong_type("record-type-descriptor", 1, &args[0])),
    }
}

fn record_type_parent(args: &[SteelVal]) -> Result<SteelVal> {
    let parent = descriptor("record-type-parent", 1, &args[0])?.parent.clone();
    parent.map_or(Ok(SteelVal::BoolV(false)), |parent| object(Descriptor(parent)))
}

fn type_fields(record_type: &RecordType) -> SteelVal {
    list(record_type.fields.iter().map(|field| symbol(field)).collect())
}

/// `(%record-field-index TYPE FIELD NAME)`: where a field is, for `record-accessor`.
fn field_index(args: &[SteelVal]) -> Result<SteelVal> {
    let record_type = descriptor("record-accessor", 1, &args[0])?;
    match &args[1] {
        SteelVal::IntV(index) if (0..record_type.fields.len() as isize).contains(index) => {
            Ok(args[1].clone())
        }
        SteelVal::SymbolV(name) => {
            match record_type.fields.iter().rposition(|field| field == name.as_str()) {
                Some(index) => Ok(SteelVal::IntV(index as isize)),
                None => Err(exception::misc_error("no such field", &[args[1].clone()])),
            }
        }
        other => Err(out_of_range("record-accessor", 2, other)),
    }
}

/// `(%record-location RECORD)`: `FILE:LINE:COLUMN` of the form that made it, or `#f`.
fn location(args: &[SteelVal]) -> Result<SteelVal> {
    Ok(peek::<Record, _>(&args[0], |record| record.location.clone())
        .unwrap_or(SteelVal::BoolV(false)))
}

fn record_values(args: &[SteelVal]) -> Result<SteelVal> {
    peek::<Record, _>(&args[0], |record| list(record.fields.iter().map(Held::get).collect()))
        .ok_or_else(|| wrong_type("record->list", 1, &args[0]))
}

internals! { INTERNAL_TABLE:
    "%make-record-type" 2..=3 => make_record_type;
    "%make-summarized-record-type" 3 => make_summarized_record_type;
    "%record" 2.._ => record;
    "%record-ref" 4 => record_ref;
    "%record-set!" 5 => record_set;
    "%record-over" 3.._ => record_over;
    "%record-with" 5 => record_with;
    "%record?" 2 => is_record_of;
    "%record-type-of" 1 => record_type_descriptor;
    "%record-type-name" 1 => |args: &[SteelVal]|
        Ok(string(descriptor("record-type-name", 1, &args[0])?.name.clone()));
    "%record-type-fields" 1 => |args: &[SteelVal]|
        Ok(type_fields(&*descriptor("record-type-fields", 1, &args[0])?));
    "%record-field-index" 2 => field_index;
    "%record-location" 1 => location;
    "%record->list" 1 => record_values;
}

natives! { TABLE:
    "record-type?" 1 => |args: &[SteelVal]| boolean(is::<Descriptor>(&args[0]));
    "record-type-descriptor" 1 => record_type_descriptor;
    "record-type-parent" 1 => record_type_parent;
}

/// Names whose global would be that of an internal.
pub(crate) const PUBLIC_TABLE: &[Native] = &[
    native!("record?", "%any-record?", 1 => |args: &[SteelVal]| boolean(is::<Record>(&args[0]))),
    native!("record-type-name", "%record-type-symbol", 1 => |args: &[SteelVal]| {
        Ok(symbol(&descriptor("record-type-name", 1, &args[0])?.name))
    }),
    native!("make-record-type", "%make-record-type", 2..=3 => make_record_type),
    native!("record-type-fields", "%record-type-fields", 1 => |args: &[SteelVal]| {
        Ok(type_fields(&*descriptor("record-type-fields", 1, &args[0])?))
    }),
];
