;;; SPDX-License-Identifier: GPL-3.0-or-later
;;;
;;; The service types that bring packages into a system: its profile, programs
;;; with special rights, firmware, and the kernel.

(define-module (tintype services profile)
  #:use-module (tintype services essential)
  #:use-module (tintype services types)
  #:use-module (guix gexp)
  #:use-module (guix records)
  #:use-module (gnu system privilege)
  #:use-module (srfi srfi-1)
  #:use-module (ice-9 match)
  #:export (privileged-program-service-type
            setuid-program-service-type
            special-files-service-type
            extra-special-file
            profile-service-type
            firmware-service-type
            gc-root-service-type
            linux-builder-configuration
            linux-builder-configuration?
            linux-builder-configuration-kernel
            linux-builder-configuration-modules
            linux-builder-service-type
            linux-loadable-module-service-type))

(define (privileged-programs-gexp programs)
  "Return a gexp that sets up copies of PROGRAMS with the rights they ask for."
  #~(begin
      (use-modules (gnu build activation))
      (activate-privileged-programs
       (list #$@(map (match-record-lambda <privileged-program>
                         (program setuid? setgid? user group capabilities)
                       #~(list #$program #$setuid? #$setgid?
                               #$user #$group #$capabilities))
                     programs)))))

(define privileged-program-service-type
  (service-type
   (name 'privileged-program)
   (extensions
    (list (service-extension activation-service-type
                             privileged-programs-gexp)))
   (compose concatenate)
   (extend (lambda (own others)
             (append own others)))
   (description "Programs in /run/privileged/bin that run with the rights of
their owner or group, or with capabilities of their own.")))

;; Its old name, from when there were no capabilities.
(define setuid-program-service-type
  privileged-program-service-type)

(define special-files-service-type
  (service-type
   (name 'special-files)
   (extensions
    (list (service-extension activation-service-type
                             (lambda (files)
                               #~(begin
                                   (use-modules (gnu build activation))
                                   (activate-special-files '#$files))))))
   (compose concatenate)
   (extend append)
   (description "Files outside of /etc that programs expect, such as /bin/sh.
Contributions are lists of (FILE TARGET).")))

(define (extra-special-file file target)
  "Return a service that makes FILE a symbolic link to TARGET."
  (simple-service (string->symbol (string-append "special-file-" file))
                  special-files-service-type
                  (list (list file target))))

(define profile-service-type
  (service-type
   (name 'profile)
   (extensions
    (list (service-extension system-service-type
                             (lambda (packages)
                               `(("profile"
                                  ,(directory-union
                                    "profile"
                                    (delete-duplicates packages eq?))))))))
   (compose concatenate)
   (extend append)
   (default-value '())
   (description "What all users find in /run/current-system/profile.
Contributions are lists of packages and other file-like objects.")))

(define firmware-service-type
  (service-type
   (name 'firmware)
   (extensions
    (list (service-extension
           activation-service-type
           (lambda (packages)
             #~(begin
                 (use-modules (gnu build activation))
                 (activate-firmware
                  #$(file-append (directory-union "firmware" packages)
                                 "/lib/firmware")))))))
   (compose concatenate)
   (extend append)
   (description "Packages in which the kernel looks for firmware.")))

(define gc-root-service-type
  (service-type
   (name 'gc-roots)
   (extensions
    (list (service-extension system-service-type
                             (lambda (files)
                               (if (null? files)
                                   '()
                                   `(("gc-roots"
                                      ,(file-union
                                        "gc-roots"
                                        (map (lambda (index file)
                                               (list (number->string index)
                                                     file))
                                             (iota (length files))
                                             files)))))))))
   (compose concatenate)
   (extend append)
   (default-value '())
   (description "Files that stay in the store as long as the system does.")))

;;;
;;; The kernel.
;;;

(define-record-type* <linux-builder-configuration>
  linux-builder-configuration make-linux-builder-configuration
  linux-builder-configuration?
  (kernel  linux-builder-configuration-kernel)
  (modules linux-builder-configuration-modules
           (default '())))

(define (apply-in-turn own procedures)
  "Return OWN, a configuration, after each of PROCEDURES."
  (fold (lambda (procedure configuration)
          (procedure configuration))
        own procedures))

(define linux-builder-service-type
  (service-type
   (name 'linux-builder)
   (extensions
    (list (service-extension
           system-service-type
           (match-record-lambda <linux-builder-configuration> (kernel modules)
             `(("kernel"
                ,(if (null? modules)
                     kernel
                     (directory-union "kernel-with-modules"
                                      (cons kernel modules)))))))))
   (compose identity)
   (extend apply-in-turn)
   (default-value '())
   (description "The kernel with its modules.  Contributions are procedures that
take a configuration and return one.")))

(define (with-more-modules modules)
  "Return a procedure that adds MODULES to a kernel's configuration."
  (lambda (configuration)
    (linux-builder-configuration
     (inherit configuration)
     (modules (append (linux-builder-configuration-modules configuration)
                      modules)))))

(define linux-loadable-module-service-type
  (service-type
   (name 'linux-loadable-modules)
   (extensions
    (list (service-extension linux-builder-service-type with-more-modules)))
   (compose concatenate)
   (extend append)
   (default-value '())
   (description "Packages with modules for the kernel.")))
