;;; SPDX-License-Identifier: GPL-3.0-or-later
;;;
;;; Names of modules and of their files.

(define-module (guix modules)
  #:export (file-name->module-name
            module-name->file-name
            guix-module-name?
            source-module-closure
            live-module-closure
            source-module-dependencies))

(define (file-name->module-name file)
  "Return the name of the module that belongs in FILE, relative to the load
path."
  (let* ((file (if (string-suffix? ".scm" file)
                   (substring file 0 (- (string-length file) 4))
                   file))
         (parts (string-split file #\/)))
    (map string->symbol
         (filter (lambda (part) (not (string-null? part))) parts))))

(define (module-name->file-name module)
  "Return the name of MODULE's file, relative to the load path."
  (string-append (string-join (map symbol->string module) "/") ".scm"))

(define (guix-module-name? name)
  "Return true if NAME is under (guix ...) or (gnu ...)."
  (and (pair? name)
       (memq (car name) '(guix gnu))
       #t))

;; Build-side code runs in this very interpreter, where every module is at
;; hand: the closure of a set of modules need not be computed.
(define* (source-module-closure modules #:optional load-path
                                #:key (select? (const #t)))
  "Return MODULES: their dependencies are found when they are loaded."
  modules)

(define* (live-module-closure modules #:key (select? (const #t)))
  "Return MODULES: their dependencies are found when they are loaded."
  modules)

(define* (source-module-dependencies module #:optional load-path)
  "Return the empty list: dependencies are found when MODULE is loaded."
  '())
