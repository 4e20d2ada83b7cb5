//! Procedures in core forms over the natives of modules and variables.

use super::super::natives::definition;
use crate::runtime;

/// Procedures in core forms over natives.
pub(in crate::machine) const CONTROL: &[runtime::Definition] = &[
    definition(
        "resolve-module",
        "%resolve-module",
        &["%run-queue"],
        "(lambda (name . options)
  ((lambda (module) (begin (%run-queue #f) module)) (%find-module name options)))",
    ),
    definition(
        "resolve-interface",
        "%resolve-interface",
        &["%run-queue"],
        "(lambda (name . options)
  ((lambda (module) (begin (%run-queue #f) module)) (%find-interface name options)))",
    ),
    definition(
        "module-ref",
        "%module-ref",
        &["%run-queue"],
        "(lambda (module name . default)
  (if (%queue-reference module name (#%prim.pair? default))
      (%run-queue #f)
      (#%prim.car default)))",
    ),
    definition(
        "module-define!",
        "%module-define!",
        &["%run-queue"],
        "(lambda (module name value)
  (begin (%queue-definition module name value) (%run-queue #f) #%prim.void))",
    ),
    definition(
        "module-set!",
        "%module-set!",
        &["%run-queue"],
        "(lambda (module name value)
  ((lambda (variable)
     (if variable
         (begin (%queue-assignment variable value) (%run-queue #f) #%prim.void)
         (%queue-reference module name #f)))
   (%module-variable module name)))",
    ),
    definition(
        "variable-ref",
        "%variable-ref",
        &["%run-queue"],
        "(lambda (variable) (begin (%queue-variable variable) (%run-queue #f)))",
    ),
    definition(
        "variable-set!",
        "%variable-set!",
        &["%run-queue"],
        "(lambda (variable value)
  (begin (%queue-assignment variable value) (%run-queue #f) #%prim.void))",
    ),
    definition(
        "make-variable",
        "%make-variable",
        &["%run-queue"],
        "(lambda (value)
  ((lambda (variable) (begin (%run-queue #f) variable)) (%queue-new-variable value)))",
    ),
    definition(
        "module-map",
        "%module-map",
        &["%run-queue"],
        "(lambda (procedure module)
  ((lambda ()
     (define loop (lambda (rest)
       (if (#%prim.null? rest)
           '()
           (#%prim.cons
             (procedure (#%prim.car (#%prim.car rest)) (#%prim.car (#%prim.cdr (#%prim.car rest))))
             (loop (#%prim.cdr rest))))))
     (loop (%module-variables module)))))",
    ),
    definition(
        "module-for-each",
        "%module-for-each",
        &["%module-map"],
        "(lambda (procedure module) (begin (%module-map procedure module) #%prim.void))",
    ),
    definition(
        "eval",
        "%eval",
        &["%run-queue"],
        "(lambda (form module)
  (begin (%queue-eval form module) (%run-queue #%prim.void)))",
    ),
    definition(
        "primitive-eval",
        "%primitive-eval",
        &["%run-queue"],
        "(lambda (form)
  (begin (%queue-eval form (%current-module)) (%run-queue #%prim.void)))",
    ),
    definition(
        "primitive-load",
        "%primitive-load",
        &["%run-queue"],
        "(lambda (file) (begin (%queue-load file) (%run-queue #%prim.void)))",
    ),
];
