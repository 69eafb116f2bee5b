//! The JSON schema of what is written in more than one way, or of which the place is kept: all else derives it.

use std::borrow::Cow;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};

use super::Spanned;
use super::value::{Either, Flag, OneOrMany, Variable};
use crate::cast::number::Number;

/// The schema of another type, for one that is written as it.
macro_rules! written_as {
    ($Type:ty, [$($T:ident),*], $generator:ident => $schema:expr) => {
        impl<$($T: JsonSchema),*> JsonSchema for $Type {
            fn inline_schema() -> bool {
                true
            }

            fn schema_name() -> Cow<'static, str> {
                stringify!($Type).into()
            }

            fn json_schema($generator: &mut SchemaGenerator) -> Schema {
                $schema
            }
        }
    };
}

written_as!(Spanned<T>, [T], generator => generator.subschema_for::<T>());
written_as!(Either<S, T>, [S, T], generator => {
    json_schema!({ "anyOf": [generator.subschema_for::<S>(), generator.subschema_for::<T>()] })
});
written_as!(OneOrMany, [], generator => {
    json_schema!({ "anyOf": [generator.subschema_for::<String>(), generator.subschema_for::<Vec<String>>()] })
});
written_as!(Flag, [], _generator => json_schema!({ "type": ["boolean", "string"] }));
written_as!(Variable, [], _generator => json_schema!({ "anyOf": [{ "type": "string" }, { "const": false }] }));
written_as!(Number, [], _generator => json_schema!({ "type": "number" }));
