;;; SPDX-License-Identifier: GPL-3.0-or-later
;;;
;;; Device nodes, the rules by which they are made, and randomness from
;;; hardware.

(define-module (tintype services devices)
  #:use-module (guix gexp)
  #:use-module (guix records)
  #:use-module (gnu services)
  #:use-module (gnu services shepherd)
  #:use-module (gnu system shadow)
  #:use-module ((gnu packages linux) #:select (eudev rng-tools))
  #:use-module (srfi srfi-1)
  #:use-module (ice-9 match)
  #:export (udev-configuration
            udev-configuration?
            udev-configuration-udev
            udev-configuration-debug?
            udev-configuration-rules
            udev-configuration-hardware
            udev-extension?
            udev-extension-hardware
            udev-service-type
            udev-service
            udev-rule
            udev-hardware
            file->udev-rule
            file->udev-hardware
            udev-rules-service
            udev-hardware-service

            rngd-configuration
            rngd-configuration?
            rngd-service-type
            rngd-service))

(define-record-type* <udev-configuration>
  udev-configuration make-udev-configuration
  udev-configuration?
  (udev     udev-configuration-udev
            (default eudev))
  (debug?   udev-configuration-debug?
            (default #f))
  ;; Directories with 'lib/udev/rules.d' or 'lib/udev/hwdb.d' in them.
  (rules    udev-configuration-rules
            (default '()))
  (hardware udev-configuration-hardware
            (default '())))

(define (directory-in directory name file)
  "Return the directory that has FILE as DIRECTORY/NAME."
  (file-union name
              (list (list (string-append directory "/" name) file))))

(define (file->udev-rule name file)
  "Return the package-like directory that has FILE as its rules NAME."
  (directory-in "lib/udev/rules.d" name file))

(define (udev-rule name contents)
  "Return the package-like directory that has CONTENTS, a string, as its rules
NAME."
  (file->udev-rule name (plain-file name contents)))

(define (file->udev-hardware name file)
  "Return the package-like directory that has FILE as its hardware database
NAME."
  (directory-in "lib/udev/hwdb.d" name file))

(define (udev-hardware name contents)
  "Return the package-like directory that has CONTENTS, a string, as its hardware
database NAME."
  (file->udev-hardware name (plain-file name contents)))

(define (udev-shepherd-service configuration)
  "Return the service that runs the daemon that makes device nodes."
  (match-record configuration <udev-configuration> (udev debug?)
    (shepherd-service
     (documentation "Make device nodes as devices come and go.")
     (provision '(udev))
     (requirement '(root-file-system))
     (respawn? #f)
     (modules `((gnu build linux-boot)
                ,@%default-modules))
     (start #~(lambda _
                (setenv "LINUX_MODULE_DIRECTORY"
                        "/run/booted-system/kernel/lib/modules")
                (let ((pid (fork+exec-command
                            (list #$(file-append udev "/sbin/udevd")
                                  #$@(if debug? '("--debug") '())))))
                  (wait-for-udevd)
                  (for-each (lambda (type)
                              (system* #$(file-append udev "/bin/udevadm")
                                       "trigger" "--action=add" type))
                            '("--type=subsystems" "--type=devices"))
                  (system* #$(file-append udev "/bin/udevadm") "settle")
                  pid)))
     (stop #~(make-kill-destructor)))))

(define (udev-etc-files configuration)
  "Return the udev entry of /etc: the rules and hardware databases of the daemon
itself and of what extends it."
  (match-record configuration <udev-configuration> (udev rules hardware)
    `(("udev"
       ,(file-union
         "udev"
         `(("rules.d" ,(file-append (directory-union "udev-rules"
                                                     (cons udev rules))
                                    "/lib/udev/rules.d"))
           ("hwdb.d" ,(file-append (directory-union "udev-hardware"
                                                    (cons udev hardware))
                                   "/lib/udev/hwdb.d"))))))))

;; A contribution is either a list of rules or a pair of such a list and a list
;; of hardware databases.
(define-record-type* <udev-extension>
  udev-extension make-udev-extension
  udev-extension?
  (hardware udev-extension-hardware))

(define udev-service-type
  (service-type
   (name 'udev)
   (extensions
    (list (service-extension shepherd-root-service-type
                             (compose list udev-shepherd-service))
          (service-extension etc-service-type udev-etc-files)))
   (compose concatenate)
   (extend (lambda (configuration contributions)
             (match-record configuration <udev-configuration> (rules hardware)
               (udev-configuration
                (inherit configuration)
                (rules (append rules
                               (remove udev-extension? contributions)))
                (hardware (append hardware
                                  (append-map
                                   udev-extension-hardware
                                   (filter udev-extension?
                                           contributions))))))))
   (default-value (udev-configuration))
   (description "The daemon that makes device nodes.  Contributions are lists of
packages with rules.")))

(define* (udev-service #:key (udev eudev) (rules '()))
  "Return the service of UDEV with RULES, a list of packages."
  (service udev-service-type
           (udev-configuration (udev udev) (rules rules))))

(define (groups->accounts groups)
  "Return the user groups called GROUPS, a list of strings."
  (map (lambda (name)
         (user-group (name name) (system? #t)))
       groups))

(define (udev-simple-service name contributions groups)
  "Return the service called NAME that contributes to udev, and that makes
GROUPS, a list of strings."
  (service (service-type
            (name name)
            (extensions
             (list (service-extension account-service-type
                                      (const (groups->accounts groups)))
                   (service-extension udev-service-type
                                      (const contributions))))
            (description "Rules for devices, and the groups that they name."))
           #f))

(define* (udev-rules-service name rules #:key (groups '()))
  "Return the service called NAME-udev-rules that adds RULES, a package-like
directory, and makes GROUPS, a list of strings."
  (udev-simple-service (symbol-append name '-udev-rules)
                       (list rules)
                       groups))

(define (udev-hardware-service name hardware)
  "Return the service called NAME-udev-hardware that adds HARDWARE, a
package-like directory."
  (simple-service (symbol-append name '-udev-hardware)
                  udev-service-type
                  (list (udev-extension (hardware (list hardware))))))

;;;
;;; Randomness from hardware.
;;;

(define-record-type* <rngd-configuration>
  rngd-configuration make-rngd-configuration
  rngd-configuration?
  (rng-tools rngd-configuration-rng-tools
             (default rng-tools))
  (device    rngd-configuration-device
             (default "/dev/hwrng")))

(define (rngd-shepherd-service configuration)
  "Return the service that feeds the kernel with randomness."
  (match-record configuration <rngd-configuration> (rng-tools device)
    (shepherd-service
     (documentation "Feed the kernel with randomness from hardware.")
     (provision '(trng))
     (requirement '(user-processes udev))
     (start #~(make-forkexec-constructor
               (list #$(file-append rng-tools "/sbin/rngd")
                     "-f" "-r" #$device)))
     (stop #~(make-kill-destructor)))))

(define rngd-service-type
  (shepherd-service-type
   'rngd
   rngd-shepherd-service
   (rngd-configuration)
   (description "Feed the kernel with randomness from a device.")))

(define* (rngd-service #:key (rng-tools rng-tools) (device "/dev/hwrng"))
  "Return the service that feeds the kernel with randomness from DEVICE."
  (service rngd-service-type
           (rngd-configuration (rng-tools rng-tools) (device device))))
