;; 'define-configuration' makes records whose fields have types and become text.
(use-modules (tintype check)
             (guix gexp)
             (gnu services configuration)
             (srfi srfi-1))

(define (entry name value)
  (string-append (symbol->string name) "=" value "\n"))

(define (serialize-string name value) (entry name value))
(define (serialize-integer name value) (entry name (number->string value)))
(define (serialize-boolean name value) (entry name (if value "yes" "no")))
(define (old-serialize-string name value) (entry name (string-upcase value)))

(define-maybe string)
(define-maybe integer)
(define-maybe boolean (no-serialization))

(define-configuration camera-configuration
  (lens
   string
   "The lens.")
  (plates
   (integer 12)
   "How many plates there are.")
  (exposure
   maybe-integer
   "Seconds, if they are known.")
  (maker
   (maybe-string "Giroux")
   "Who made it.")
  (box
   (string "walnut")
   "Not written down."
   empty-serializer)
  (tripod?
   (boolean #t)
   "Whether it stands."
   (serializer (lambda (name value) (entry 'stands (if value "1" "0")))))
  (subject
   (string "street")
   "What is in front of it."
   (sanitizer (lambda (value)
                (if (symbol? value) (symbol->string value) value)))))

(define camera
  (camera-configuration (lens "Chevalier") (subject 'boulevard)))

(check (camera-configuration? camera) => #t)
(check (camera-configuration-plates camera) => 12)
(check (camera-configuration-subject camera) => "boulevard")
(check (maybe-value-set? (camera-configuration-exposure camera)) => #f)

(define (text-of configuration fields)
  (apply string-append
         (cdr (lower-gexp (serialize-configuration configuration fields)))))

(check (text-of camera camera-configuration-fields)
       => "lens=Chevalier\nplates=12\nmaker=Giroux\nstands=1\nsubject=boulevard\n")
(check (text-of (camera-configuration (inherit camera) (exposure 900)
                                      (maker %unset-value))
                (filter-configuration-fields camera-configuration-fields
                                             '(exposure maker lens)))
       => "lens=Chevalier\nexposure=900\n")

;;; Values that are none of the type.
(check-error (camera-configuration (lens 5))
             => "invalid value 5 for field 'lens'")
(check-error (camera-configuration (plates 3))
             => "invalid value %unset-marker% for field 'lens'")
(check-error (camera-configuration (lens "") (exposure "long"))
             => "invalid value \"long\" for field 'exposure'")

;;; Fields as data.
(check (map configuration-field-name camera-configuration-fields)
       => '(lens plates exposure maker box tripod? subject))
(check (map configuration-field-type (take camera-configuration-fields 3))
       => '(string integer maybe-integer))
(check (configuration-field-documentation
        (second camera-configuration-fields))
       => "How many plates there are.")
(check ((configuration-field-default-value-thunk
         (second camera-configuration-fields)))
       => 12)
(check-error ((configuration-field-default-value-thunk
               (first camera-configuration-fields)))
             => "The field `lens' of the `%camera-configuration' configuration \
record does not have a default value")
(check (empty-serializer? (fifth camera-configuration-fields)) => #t)

;;; Serializers of another family, and none.
(define-configuration old-camera-configuration
  (lens string "The lens.")
  (prefix old-))
(check (text-of (old-camera-configuration (lens "petzval"))
                old-camera-configuration-fields)
       => "lens=PETZVAL\n")

(define-configuration/no-serialization bare-configuration
  (secret maybe-boolean "What is not told."))
(check (map configuration-field-serializer bare-configuration-fields) => '(#f))
(check (maybe-value (bare-configuration-secret (bare-configuration)) 'unset)
       => 'unset)

(define-enumerated-field-type process (daguerreotype calotype))
(define (serialize-field name value) (entry name (symbol->string value)))
(define-configuration plate-configuration
  (process (process 'daguerreotype) "How it is made."))
(check (text-of (plate-configuration (process 'calotype))
                plate-configuration-fields)
       => "process=calotype\n")
(check-error (plate-configuration (process 'film))
             => "invalid value film for field 'process'")

(check-report)
