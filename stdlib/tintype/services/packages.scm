;;; SPDX-License-Identifier: GPL-3.0-or-later
;;;
;;; Packages of a distribution: which ones there are besides those that Guix's
;;; names stand for, what these stand for, and how far they are configured when
;;; an image is made.  And where packages come from.

(define-module (tintype services packages)
  #:use-module (tintype services graph)
  #:use-module (guix gexp)
  #:use-module (guix i18n)
  #:use-module (gnu services)
  #:use-module (srfi srfi-1)
  #:use-module (srfi srfi-34)
  #:use-module (srfi srfi-35)
  #:use-module (ice-9 match)
  #:export (package-configuration-service-type
            package-configuration
            debian-packages-service-type
            debian-names-service-type
            package-sources-service-type
            package-sources))

(define (list-service-type name* description*)
  (service-type
   (name name*)
   (extensions '())
   (compose concatenate)
   (extend append)
   (default-value '())
   (description description*)))

;; The value is a list of strings, NAME or NAME@VERSION.
(define debian-packages-service-type
  (list-service-type 'debian-packages
                     "Packages by the names that Debian has for them.
Contributions are lists of such names, NAME or NAME@VERSION."))

;; The value is a list of (NAME DEBIAN-NAME ...).
(define debian-names-service-type
  (list-service-type 'debian-names
                     "What packages of Guix are in Debian.  Contributions are
lists of (NAME DEBIAN-NAME ...), in strings."))

;; The value is a list of strings, as '--package-source' takes them, and local
;; files.
(define package-sources-service-type
  (list-service-type 'package-sources
                     "Where packages come from, before the archives of the host.
Contributions are lists of strings, as '--package-source' takes them, and of
directories as local files."))

(define (package-sources services)
  "Return what services of that type among SERVICES say, as strings."
  (map (lambda (source)
         (if (local-file? source)
             (local-file-absolute-file-name source)
             source))
       (concatenate (final-values services package-sources-service-type))))

;; The value is a symbol:
;;
;;   known       packages whose scripts are known are ready; the first boot runs
;;               the scripts of the others;
;;   sealed      all are taken for ready, and no script ever runs;
;;   first-boot  the first boot runs the scripts of all;
;;   none        all stay unpacked, until somebody runs 'dpkg --configure -a'.
(define package-configuration-service-type
  (service-type
   (name 'package-configuration)
   (extensions '())
   (default-value 'known)
   (description "How far the packages of an image are configured when it is
made: 'known', 'sealed', 'first-boot' or 'none'.")))

(define (package-configuration services)
  "Return what the service of that type among SERVICES says, or 'known'."
  (match (final-values services package-configuration-service-type)
    (() 'known)
    (((and value (or 'known 'sealed 'first-boot 'none)) . _) value)
    (_ (raise (condition
               (&message
                (message (G_ "the package configuration is one of 'known', \
'sealed', 'first-boot' and 'none'"))))))))
