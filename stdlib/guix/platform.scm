;;; SPDX-License-Identifier: GPL-3.0-or-later
;;;
;;; Platforms: machines that images are made for.

(define-module (guix platform)
  #:use-module (tintype host)
  #:use-module (guix diagnostics)
  #:use-module (guix discovery)
  #:use-module (guix i18n)
  #:use-module (guix memoization)
  #:use-module (guix records)
  #:use-module ((guix ui) #:select (warn-about-load-error))
  #:use-module (srfi srfi-1)
  #:use-module (srfi srfi-34)
  #:use-module (srfi srfi-35)
  #:export (<platform>
            platform
            platform?
            platform-target
            platform-system
            platform-linux-architecture
            platform-rust-target
            platform-glibc-dynamic-linker

            &platform-not-found-error
            platform-not-found-error?
            platform-not-found-error-target-or-system
            false-if-platform-not-found

            platform-modules
            platforms
            lookup-platform-by-system
            lookup-platform-by-target
            lookup-platform-by-target-or-system
            platform-system->target
            platform-target->system

            systems
            targets))

;; TARGET is the GNU triplet to cross-compile to; SYSTEM is what the machine
;; itself runs, or #f if nothing can be built on it.
(define-record-type* <platform> platform make-platform
  platform?
  (target               platform-target)          ;string
  (system               platform-system)          ;string | #f
  (linux-architecture   platform-linux-architecture ;string | #f
                        (default #f))
  (rust-target          platform-rust-target      ;string | #f
                        (default #f))
  (glibc-dynamic-linker platform-glibc-dynamic-linker)) ;string | #f

(define-condition-type &platform-not-found-error &error
  platform-not-found-error?
  (target-or-system platform-not-found-error-target-or-system))

(define-syntax-rule (false-if-platform-not-found exp)
  (guard (c ((platform-not-found-error? c) #f))
    exp))

(define (platform-modules)
  "Return the modules that define platforms."
  (named-modules (module-names-under '(guix platforms))
                 #:warn warn-about-load-error))

(define platforms
  ;; Return the list of all platforms.
  (memoize
   (lambda ()
     (fold-module-public-variables (lambda (object result)
                                     (if (platform? object)
                                         (cons object result)
                                         result))
                                   '()
                                   (platform-modules)))))

(define (platform-not-found name)
  (raise (make-compound-condition
          (condition (&platform-not-found-error (target-or-system name)))
          (formatted-message (G_ "~a: no such platform") name))))

(define (find-platform getter name)
  (find (lambda (platform)
          (equal? name (getter platform)))
        (platforms)))

(define (lookup-platform-by-system system)
  "Return the platform that runs SYSTEM, or raise &platform-not-found-error."
  (or (find-platform platform-system system)
      (platform-not-found system)))

(define (lookup-platform-by-target target)
  "Return the platform whose triplet is TARGET, or raise
&platform-not-found-error."
  (or (find-platform platform-target target)
      (platform-not-found target)))

(define (lookup-platform-by-target-or-system name)
  "Return the platform whose triplet or system is NAME, or raise
&platform-not-found-error."
  (or (find-platform platform-target name)
      (find-platform platform-system name)
      (platform-not-found name)))

(define (platform-system->target system)
  "Return the triplet of the platform that runs SYSTEM."
  (platform-target (lookup-platform-by-system system)))

(define (platform-target->system target)
  "Return the system of the platform whose triplet is TARGET."
  (platform-system (lookup-platform-by-target target)))

(define (systems)
  "Return the list of systems that some platform runs."
  (delete-duplicates (filter-map platform-system (platforms))))

(define (targets)
  "Return the list of triplets of all platforms."
  (map platform-target (platforms)))
