;;; SPDX-License-Identifier: GPL-3.0-or-later
;;;
;;; What a definition adds to essential services, in a system of Debian's packages:
;;; these bring their own PAM services, rules of udev, and programs with rights.
;;; Contributions are as in (tintype debian services).

(define-module (tintype debian essentials)
  #:use-module (tintype lowering)
  #:use-module ((tintype services devices)
                #:select (udev-configuration-rules
                          udev-configuration-hardware
                          udev-extension?
                          udev-extension-hardware
                          udev-service-type))
  #:use-module ((tintype services file-systems)
                #:select (fstab-device))
  #:use-module ((tintype services graph) #:select (contributions-of))
  #:use-module ((tintype services skeletons) #:select (default-skeletons))
  #:use-module (guix gexp)
  #:use-module (guix packages)
  #:use-module (gnu services)
  #:use-module (gnu services base)
  #:use-module (gnu system)
  #:use-module (gnu system mapped-devices)
  #:use-module (gnu system pam)
  #:use-module (gnu system privilege)
  #:use-module (srfi srfi-1)
  #:use-module (ice-9 match)
  #:export (essentials->contributions))

(define (text-file path text)
  `(file ,path #o644 "root" "root" (plain-file ,(basename path) ,text)))


;;;
;;; Files of new users.
;;;

(define (skeletons->contributions os)
  (filter-map (match-lambda
                ((and entry (name file))
                 (and (not (member entry (default-skeletons)))
                      `(file ,(string-append "/etc/skel/" name)
                             #o644 "root" "root" ,(lower-object file)))))
              (operating-system-skeletons os)))


;;;
;;; Authentication.
;;;

(define %base-pam-services
  (map pam-service-name (base-pam-services)))

(define (pam->contributions os given)
  "Return what there is to be done for the PAM services of OS and GIVEN, what
services contribute to them.  A service that a package brings stays as it is."
  (define services
    (append (remove (lambda (service)
                      (member (pam-service-name service) %base-pam-services))
                    (operating-system-pam-services os))
            (filter pam-service? given)))

  (append (map (lambda (service)
                 `(default ,(string-append "/etc/pam.d/"
                                           (pam-service-name service))
                    ,(lower-object ((@@ (gnu system pam) pam-service->file) service))))
               services)
          (if (every pam-service? given)
              '()
              '((note "what services change in PAM services of others is not \
done")))))

(define (session-environment->contributions variables)
  (match variables
    (() '())
    (_ `((file "/etc/environment" #o644 "root" "root"
               (mixed-text-file
                "environment"
                ,(append-map (match-lambda
                               ((name . value)
                                (list name "=" (lower-object value) "\n")))
                             variables)))))))


;;;
;;; Devices.
;;;

(define (udev->contributions services given)
  "Return the rules of SERVICES and GIVEN, what services contribute to udev, that
no package brings by itself."
  (define values
    (filter-map (lambda (service)
                  (and (eq? udev-service-type (service-kind service))
                       (service-value service)))
                services))

  (define (directories subdirectory things)
    (filter-map (lambda (thing)
                  (and (not (package? thing))
                       `(directory ,(string-append "/etc/udev/" subdirectory)
                                   ,(lower-object
                                     (file-append thing "/lib/udev/"
                                                  subdirectory)))))
                things))

  (define-values (hardware rules)
    (partition udev-extension? given))

  (append (map (lambda (package) `(package ,(lower-object package)))
               (filter package? rules))
          (directories "rules.d"
                       (append (append-map udev-configuration-rules values)
                               rules))
          (directories "hwdb.d"
                       (append (append-map udev-configuration-hardware values)
                               (append-map udev-extension-hardware
                                           hardware)))))

(define (encrypted? device)
  (eq? (mapped-device-kind-modules luks-device-mapping)
       (mapped-device-kind-modules (mapped-device-type device))))

;; A line as in crypttab(5).
(define (crypttab-line device)
  (define key-file
    (match (memq #:key-file (mapped-device-arguments device))
      ((_ file . _) (if (string? file) file "none"))
      (_ "none")))

  (string-append (mapped-device-target device) "\t"
                 (fstab-device (mapped-device-source device)) "\t"
                 key-file "\tluks\n"))

(define (mapped-devices->contributions os)
  (define (kind device)
    (mapped-device-type device))

  (define-values (encrypted others)
    (partition encrypted? (operating-system-mapped-devices os)))

  (append
   (if (null? encrypted)
       '()
       `((debian "cryptsetup")
         ,(text-file "/etc/crypttab"
                     (string-concatenate (map crypttab-line encrypted)))))
   ;; udev puts these together as their parts turn up.
   (map (lambda (device)
          (cond ((eq? (kind device) raid-device-mapping) '(debian "mdadm"))
                ((eq? (kind device) lvm-device-mapping) '(debian "lvm2"))
                (else
                 `(note ,(string-append
                          "the mapped device '" (mapped-device-target device)
                          "' is of a kind that nothing sets up here")))))
        others)))


;;;
;;; Programs with rights.
;;;

(define (file-name object)
  "Return the last part of the name of OBJECT, lowered."
  (match object
    (('file-append _ (? string? suffix)) (basename suffix))
    ((_ (? string? name) . _) (basename name))))

(define (account-name thing)
  (if (number? thing) (number->string thing) thing))

(define (privileged-program->contributions program)
  (let* ((object (lower-object (privileged-program-program program)))
         (name (file-name object)))
    `((privileged ,object
                  ,(+ (if (privileged-program-setuid? program) #o4000 0)
                      (if (privileged-program-setgid? program) #o2000 0))
                  ,(account-name (privileged-program-user program))
                  ,(account-name (privileged-program-group program))
                  ,(privileged-program-capabilities program))
      (file ,(string-append "/etc/tmpfiles.d/privileged-" name ".conf")
            #o644 "root" "root"
            (mixed-text-file
             "privileged"
             ,(append-map (lambda (directory)
                            `("L+ " ,directory "/" ,name " - - - - "
                              ,object "\n"))
                          '("/run/privileged/bin"
                            "/run/setuid-programs")))))))

(define (own-programs os)
  "Return the programs that OS names beside those of every system."
  (remove (lambda (program)
            (memq program %default-privileged-programs))
          (operating-system-privileged-programs os)))


;;;
;;; All of them.
;;;

(define (essentials->contributions os services types)
  "Return what OS, whose services are SERVICES, adds to essential ones.  Services of
TYPES are its own: neither the base system nor a package sees to them."
  (define (given target)
    (append-map (lambda (type)
                  (concatenate (contributions-of services type target)))
                types))

  (define (scripts type directory)
    (map (lambda (file)
           (let ((object (lower-object file)))
             `(file ,(string-append directory "/" (file-name object))
                    #o644 "root" "root" ,object)))
         (given type)))

  (append (skeletons->contributions os)
          (pam->contributions os (given pam-root-service-type))
          (session-environment->contributions
           (given session-environment-service-type))
          (scripts etc-profile-d-service-type "/etc/profile.d")
          (udev->contributions services (given udev-service-type))
          (mapped-devices->contributions os)
          (append-map privileged-program->contributions
                      (append (own-programs os)
                              (given privileged-program-service-type)))))
