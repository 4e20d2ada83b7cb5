;;; SPDX-License-Identifier: GPL-3.0-or-later
;;;
;;; What definitions use of the user interface: messages, and sizes as people
;;; write them.

(define-module (guix ui)
  #:use-module (tintype host)
  #:use-module (guix diagnostics)
  #:use-module (guix i18n)
  #:use-module (srfi srfi-34)
  #:use-module (srfi srfi-35)
  #:use-module (ice-9 exceptions)
  #:use-module (ice-9 format)
  #:re-export (G_
               N_
               P_
               warning
               info
               report-error
               leave
               location->string
               guix-warning-port
               program-name)
  #:export (warn-about-load-error
            condition->text
            display-hint
            make-user-module
            size->number
            string->number*))

(define (message+irritants message irritants)
  "Return MESSAGE with IRRITANTS: where it names places for them, or after it."
  (if (string-index message #\~)
      (apply format #f message irritants)
      (string-join (cons message
                         (map (lambda (irritant) (format #f "~s" irritant))
                              irritants)))))

(define (condition->text obj)
  "Return the text of OBJ, whatever it is that was raised, without a newline at
its end."
  (string-trim-right
   (cond ((formatted-message? obj)
          (apply format #f (formatted-message-string obj)
                 (formatted-message-arguments obj)))
         ((message-condition? obj)
          (message+irritants (condition-message obj)
                             (if (exception-with-irritants? obj)
                                 (exception-irritants obj)
                                 '())))
         ((string? obj)
          obj)
         (else
          (format #f "~s" obj)))
   #\newline))

(define (warn-about-load-error file module args)
  "Warn that MODULE, in FILE, could not be loaded.  ARGS is what was raised."
  (report-error (G_ "~a: failed to load '~a': ~a")
                file module
                (condition->text (if (pair? args) (car args) args))))

(define (make-user-module modules)
  "Return a new module that sees what Guile's users do, and what MODULES, names,
export."
  (let ((module (resolve-module (list 'user (gensym "module-")))))
    (for-each (lambda (name)
                (module-use! module (resolve-interface name)))
              (cons '(guile) modules))
    module))

(define (display-hint message . arguments)
  "Show MESSAGE, a way out of an error that was just reported."
  (warn (string-append (G_ "hint: ") (apply format #f message arguments))))

(define (string->number* str)
  "Return the number that STR writes, or give up."
  (or (string->number str)
      (leave (G_ "~a: invalid number") str)))

;; Powers of 1024 are named K, KiB, M, ...; powers of 1000 kB, MB, ...
(define %units
  (let ((names '("K" "M" "G" "T" "P" "E" "Z" "Y")))
    (let loop ((names names) (power 1) (units '()))
      (if (null? names)
          units
          (let ((name (car names)))
            (loop (cdr names)
                  (+ power 1)
                  (cons* (cons name (expt 1024 power))
                         (cons (string-append name "iB") (expt 1024 power))
                         (cons (if (string=? name "K")
                                   "kB"
                                   (string-append name "B"))
                               (expt 1000 power))
                         units)))))))

(define (size->number str)
  "Return the number of bytes that STR, such as \"2G\" or \"500MB\", means."
  (let* ((end    (or (string-index str (lambda (chr)
                                         (not (or (char-numeric? chr)
                                                  (char=? chr #\.)))))
                     (string-length str)))
         (number (string->number (substring str 0 end)))
         (unit   (substring str end)))
    (unless number
      (leave (G_ "invalid number: ~a") str))
    (let ((factor (cond ((string-null? unit) 1)
                        ((assoc unit %units) => cdr)
                        ((assoc (string-upcase unit) %units) => cdr)
                        (else (leave (G_ "unknown unit: ~a") unit)))))
      (inexact->exact (round (* number factor))))))
