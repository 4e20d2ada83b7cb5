;;; SPDX-License-Identifier: GPL-3.0-or-later
;;;
;;; Messages for people, with the place they are about.  An error is raised as
;;; a condition that carries its text, arguments, place and hint; nothing here
;;; prints or exits: whoever catches the condition renders it.

(define-module (guix diagnostics)
  #:use-module (tintype host)
  #:use-module (tintype syntax)
  #:use-module (guix i18n)
  #:use-module (srfi srfi-9)
  #:use-module (srfi srfi-34)
  #:use-module (srfi srfi-35)
  #:use-module (ice-9 format)
  #:export (<location>
            location
            location?
            location-file
            location-line
            location-column
            location->string
            string->location
            location->hyperlink
            absolute-location
            source-properties->location
            location->source-properties

            &error-location
            error-location?
            error-location

            &fix-hint
            fix-hint?
            condition-fix-hint

            &formatted-message
            formatted-message
            formatted-message?
            formatted-message-string
            formatted-message-arguments
            make-formatted-message

            raise-message
            warning
            info
            report-error
            leave
            guix-warning-port
            program-name

            define-with-syntax-properties))

;;;
;;; Places.
;;;

;; A place in a source file: lines count from 1, columns from 0.
(define-record-type <location>
  (make-location file line column)
  location?
  (file   location-file)
  (line   location-line)
  (column location-column))

(define (location file line column)
  "Return the place at LINE (from 1) and COLUMN (from 0) of FILE, or #f if LINE
or COLUMN is unknown."
  (and line column file (make-location file line column)))

(define (location->string place)
  "Return PLACE in the form 'FILE:LINE:COLUMN'."
  (if place
      (string-append (location-file place) ":"
                     (number->string (location-line place)) ":"
                     (number->string (location-column place)))
      (G_ "<unknown location>")))

(define (string->location str)
  "Return the place that STR, of the form 'FILE:LINE:COLUMN', names.  Return #f
if STR is #f or not of that form."
  (let* ((last  (and str (string-rindex str #\:)))
         (first (and last (string-rindex str #\: 0 last))))
    (and first
         (location (substring str 0 first)
                   (string->number (substring str (+ first 1) last))
                   (string->number (substring str (+ last 1)))))))

(define (location->hyperlink place)
  "Return the text that stands for PLACE in messages."
  (location->string place))

(define (absolute-location place)
  "Return PLACE with an absolute file name."
  (location (host-absolute-path (location-file place))
            (location-line place)
            (location-column place)))

(define (source-properties->location properties)
  "Return the place that PROPERTIES describes: an association list of the keys
'filename', 'line' (from 0) and 'column', or a 'FILE:LINE:COLUMN' string."
  (if (or (not properties) (string? properties))
      (string->location properties)
      (let ((file   (assq-ref properties 'filename))
            (line   (assq-ref properties 'line))
            (column (assq-ref properties 'column)))
        (and file line column
             (location file (+ line 1) column)))))

(define (location->source-properties place)
  "Return the association list that describes PLACE, lines counting from 0."
  (if place
      `((line     . ,(- (location-line place) 1))
        (column   . ,(location-column place))
        (filename . ,(location-file place)))
      '()))


;;;
;;; Conditions.
;;;

(define-condition-type &error-location &error
  error-location?
  (location error-location))

(define-condition-type &fix-hint &condition
  fix-hint?
  (hint condition-fix-hint))

(define-condition-type &formatted-message &error
  formatted-message?
  (format    formatted-message-string)
  (arguments formatted-message-arguments))

(define (make-formatted-message format-string arguments)
  "Return the condition whose text is FORMAT-STRING applied to ARGUMENTS."
  (condition
   (&formatted-message (format format-string)
                       (arguments arguments))))

(define-syntax-rule (formatted-message format-string argument ...)
  (make-formatted-message format-string (list argument ...)))

(define (raise-message place format-string . arguments)
  "Raise the formatted message FORMAT-STRING with ARGUMENTS about PLACE, a
location object, source properties (see 'source-properties->location'), or #f."
  (let ((message (make-formatted-message format-string arguments))
        (place   (if (location? place) place (source-properties->location place))))
    (raise (if place
               (make-compound-condition
                (condition (&error-location (location place)))
                message)
               message))))


;;;
;;; Reports.
;;;

(define (strip-newline str)
  (string-trim-right str #\newline))

;; The first argument of a report may be a place or the format string itself.
(define (call-with-place receive place-or-format arguments)
  (if (string? place-or-format)
      (receive #f place-or-format arguments)
      (receive place-or-format (car arguments) (cdr arguments))))

(define (note prefix place format-string arguments)
  (warn (string-append (if place (location->string place) "tintype") ": "
                       prefix
                       (strip-newline
                        (apply format #f format-string arguments)))))

(define (warning place-or-format . arguments)
  "Report a warning about a place, if one is given."
  (call-with-place (lambda (place format-string arguments)
                     (note (G_ "warning: ") place format-string arguments))
                   place-or-format arguments))

(define (info place-or-format . arguments)
  "Report something worth knowing about a place, if one is given."
  (call-with-place (lambda (place format-string arguments)
                     (note "" place format-string arguments))
                   place-or-format arguments))

(define (report-error place-or-format . arguments)
  "Report an error about a place, if one is given, and go on."
  (call-with-place (lambda (place format-string arguments)
                     (note (G_ "error: ") place format-string arguments))
                   place-or-format arguments))

(define (leave place-or-format . arguments)
  "Give up: raise an error about a place, if one is given."
  (call-with-place (lambda (place format-string arguments)
                     (apply raise-message place
                            (strip-newline format-string) arguments))
                   place-or-format arguments))

(define guix-warning-port
  (make-parameter (current-error-port)))

(define program-name
  (make-parameter "tintype"))


;;;
;;; Macros that know where they are used.
;;;

;; Define NAME, used as (NAME EXP), so that BODY sees EXP's value as VALUE and
;; its place as PROPERTIES (see 'source-properties->location').
;; NAME alone, without a place, stands for a procedure.
(define-syntax define-with-syntax-properties
  (syntax-rules ()
    ((_ (name (value properties)) body ...)
     (define-syntax name
       (lambda (s)
         (syntax-case s ()
           ((_ exp)
            #'((lambda (value properties) body ...)
               exp (current-source-location exp)))
           (id
            (identifier? #'id)
            #'(lambda (value)
                (let ((properties #f)) body ...)))))))))
