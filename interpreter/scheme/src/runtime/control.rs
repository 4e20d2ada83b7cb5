//! Control procedures that call procedures: continuations, handlers, parameters, promises. They are
//! core forms, compiled when a program first refers to them.
//!
//! A native that raises leaves Steel's stack up to the innermost frame of
//! `call-with-exception-handler`; the dynamic state (see `state`) still is that of the `raise`. So a
//! handler runs with the parameters in force where the exception was raised, but an exception raised by a
//! native cannot be resumed, which `raise` never allows anyway. Only `raise-continuable` calls its handler
//! in place.

/// A global that is defined by core forms.
pub struct Definition {
    /// The Steel global.
    pub global: &'static str,
    /// Name in module `(tintype native)`.
    pub name: &'static str,
    /// Other definitions that must be there first.
    pub needs: &'static [&'static str],
    /// An expression in core forms that gives the value.
    pub source: &'static str,
}

/// All definitions, each after those that it needs.
pub const CONTROL: &[Definition] = &[
    Definition {
        global: "%apply",
        name: "apply",
        needs: &[],
        source: "(lambda (procedure . arguments)
  (#%prim.apply procedure (%spread* arguments)))",
    },
    Definition {
        global: "%call-with-values",
        name: "call-with-values",
        needs: &[],
        source: "(lambda (producer consumer) (#%prim.apply consumer (%values->list (producer))))",
    },
    // Leaves extents until only those of `common` are entered.
    Definition {
        global: "%unwind",
        name: "%unwind",
        needs: &[],
        source: "(lambda (common)
  (if (%eq? (%length (%winds)) (%length common))
      #t
      ((lambda (wind)
         (begin
           (%set-winds! (#%prim.cdr (%winds)))
           (%set-handlers! (%wind-ref wind 2))
           (%set-bindings! (%wind-ref wind 3))
           ((%wind-ref wind 1))
           (%unwind common)))
       (#%prim.car (%winds)))))",
    },
    // Enters the extents of `target` that lie inside of those entered now.
    Definition {
        global: "%wind",
        name: "%wind",
        needs: &[],
        source: "(lambda (target)
  (if (%eq? (%length (%winds)) (%length target))
      #t
      (begin
        (%wind (#%prim.cdr target))
        ((lambda (wind)
           (begin
             (%set-handlers! (%wind-ref wind 2))
             (%set-bindings! (%wind-ref wind 3))
             ((%wind-ref wind 0))
             (%set-winds! target)))
         (#%prim.car target)))))",
    },
    Definition {
        global: "%restore",
        name: "%restore",
        needs: &["%unwind", "%wind"],
        source: "(lambda (winds handlers bindings)
  (begin
    (%unwind (%common-winds (%winds) winds))
    (%wind winds)
    (%set-handlers! handlers)
    (%set-bindings! bindings)))",
    },
    Definition {
        global: "%call-with-current-continuation",
        name: "call-with-current-continuation",
        needs: &["%restore"],
        source: "(lambda (receiver)
  ((lambda (winds handlers bindings)
     (#%prim.call/cc
       (lambda (continuation)
         (receiver
           (lambda results
             (begin
               (%restore winds handlers bindings)
               (continuation (#%prim.apply %values results))))))))
   (%winds) (%handlers) (%bindings)))",
    },
    Definition {
        global: "%dynamic-wind",
        name: "dynamic-wind",
        needs: &[],
        source: "(lambda (before thunk after)
  (begin
    (before)
    (%set-winds! (#%prim.cons (%make-wind before after) (%winds)))
    ((lambda (result)
       (begin
         (%set-winds! (#%prim.cdr (%winds)))
         (after)
         result))
     (thunk))))",
    },
    Definition {
        global: "%raise-continuable",
        name: "raise-continuable",
        needs: &[],
        source: "(lambda (object)
  ((lambda (handlers)
     (if (#%prim.null? handlers)
         (%raise object)
         (begin
           (%set-handlers! (#%prim.cdr handlers))
           ((lambda (result)
              (begin
                (%set-handlers! handlers)
                result))
            ((#%prim.car handlers) object)))))
   (%handlers)))",
    },
    // (%guard THUNK HANDLER): HANDLER gets the object and a thunk that raises it again, in the extent of
    // the guard.
    Definition {
        global: "%guard",
        name: "%guard",
        needs: &["%restore", "%raise-continuable"],
        source: "(lambda (thunk handler)
  ((lambda (winds handlers bindings)
     ((#%prim.call/cc
        (lambda (escape)
          (#%prim.call-with-exception-handler
            (lambda (error)
              ((lambda (object depth)
                 (escape
                   (lambda ()
                     (if (%> depth (%length handlers))
                         (begin
                           (%restore winds handlers bindings)
                           (handler object (lambda () (%reraise object error))))
                         (%reraise object error)))))
               (%caught error) (%handler-depth)))
            (lambda ()
              (begin
                (%set-handlers!
                  (#%prim.cons
                    (lambda (object)
                      (escape
                        (lambda ()
                          (begin
                            (%restore winds handlers bindings)
                            (handler object (lambda () (%raise-continuable object)))))))
                    handlers))
                ((lambda (result)
                   (begin
                     (%set-handlers! handlers)
                     (lambda () result)))
                 (thunk)))))))))
   (%winds) (%handlers) (%bindings)))",
    },
    // The handler runs where the exception was raised, with the outer handlers in force.
    Definition {
        global: "%with-handler",
        name: "%with-handler",
        needs: &[],
        source: "(lambda (handler thunk)
  ((lambda (handlers)
     ((#%prim.call/cc
        (lambda (escape)
          (#%prim.call-with-exception-handler
            (lambda (error)
              ((lambda (object)
                 (escape
                   (lambda ()
                     (if (%> (%handler-depth) (%length handlers))
                         (begin
                           (%set-handlers! handlers)
                           (handler object)
                           (%raise-non-continuable object))
                         (%reraise object error)))))
               (%caught error)))
            (lambda ()
              (begin
                (%set-handlers! (#%prim.cons handler handlers))
                ((lambda (result)
                   (begin
                     (%set-handlers! handlers)
                     (lambda () result)))
                 (thunk)))))))))
   (%handlers)))",
    },
    Definition {
        global: "%convert",
        name: "%convert",
        needs: &[],
        source: "(lambda (cell value)
  ((lambda (converter)
     (if converter (converter value) value))
   (%parameter-converter cell)))",
    },
    // (%make-parameter VALUE CONVERTER-OR-#f): the cell that the procedure has captured is what
    // `parameterize` binds.
    Definition {
        global: "%cell->parameter",
        name: "%cell->parameter",
        needs: &["%convert"],
        source: "(lambda (cell)
  (lambda arguments
    (if (#%prim.null? arguments)
        (%cell-ref cell)
        (%cell-swap! cell (%convert cell (#%prim.car arguments))))))",
    },
    Definition {
        global: "%make-parameter",
        name: "make-parameter",
        needs: &["%cell->parameter"],
        source: "(lambda (value . converter)
  (if (#%prim.null? converter)
      (%cell->parameter (%make-cell value #f))
      (%cell->parameter (%make-cell ((#%prim.car converter) value) (#%prim.car converter)))))",
    },
    Definition {
        global: "%bind-all",
        name: "%bind-all",
        needs: &["%convert"],
        source: "(lambda (bindings parameters values)
  (if (#%prim.null? parameters)
      bindings
      (%bind-all
        (%bind bindings
               (#%prim.car parameters)
               (%convert (#%prim.car parameters) (#%prim.car values)))
        (#%prim.cdr parameters)
        (#%prim.cdr values))))",
    },
    // (%parameterize PARAMETERS VALUES THUNK).
    Definition {
        global: "%parameterize",
        name: "%parameterize",
        needs: &["%bind-all"],
        source: "(lambda (parameters values thunk)
  ((lambda (outer inner)
     (begin
       (%set-bindings! inner)
       ((lambda (result)
          (begin
            (%set-bindings! outer)
            result))
        (thunk))))
   (%bindings)
   (%bind-all (%bindings) parameters values)))",
    },
    // Forces in a loop: a chain of `delay-force` takes no stack.
    Definition {
        global: "%force",
        name: "force",
        needs: &[],
        source: "(lambda (promise)
  ((lambda (state)
     ((lambda (kind payload)
        (if (%eq? kind 'forced)
            payload
            (if (%eq? kind 'delayed)
                (%promise-resolve! promise (payload))
                (begin
                  (%promise-become! promise (payload))
                  (%force promise)))))
      (#%prim.car state)
      (#%prim.car (#%prim.cdr state))))
   (%promise-state promise)))",
    },
];

/// The definition of a global, if it is one of these.
pub fn definition(global: &str) -> Option<&'static Definition> {
    CONTROL.iter().find(|definition| definition.global == global)
}
