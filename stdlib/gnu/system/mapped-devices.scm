;;; SPDX-License-Identifier: GPL-3.0-or-later
;;;
;;; Devices made of others by the kernel: encrypted ones, arrays, volumes.

(define-module (gnu system mapped-devices)
  #:use-module ((tintype syntax) #:select (current-source-location))
  #:use-module (guix diagnostics)
  #:use-module (guix gexp)
  #:use-module (guix i18n)
  #:use-module (guix records)
  #:use-module (gnu services)
  #:use-module (gnu services shepherd)
  #:use-module (gnu system uuid)
  #:use-module ((gnu packages cryptsetup) #:select (cryptsetup-static))
  #:use-module ((gnu packages linux) #:select (lvm2-static mdadm-static))
  #:use-module (srfi srfi-1)
  #:use-module (srfi srfi-34)
  #:use-module (srfi srfi-35)
  #:use-module (ice-9 match)
  #:export (%mapped-device
            mapped-device
            mapped-device?
            mapped-device-source
            mapped-device-target
            mapped-device-targets
            mapped-device-type
            mapped-device-arguments
            mapped-device-location

            mapped-device-kind
            mapped-device-kind?
            mapped-device-kind-open
            mapped-device-kind-close
            mapped-device-kind-modules
            mapped-device-kind-check

            device-mapping-service-type
            device-mapping-service
            check-device-initrd-modules
            luks-device-mapping
            luks-device-mapping-with-options
            raid-device-mapping
            lvm-device-mapping))

(define-record-type* <mapped-device> %mapped-device make-mapped-device
  mapped-device?
  (source    mapped-device-source)                ;string | uuid | list
  (targets   mapped-device-targets)               ;list of strings
  (type      mapped-device-type)                  ;<mapped-device-kind>
  (arguments mapped-device-arguments
             (default '()))
  (location  mapped-device-location
             (default (source-properties->location
                       (current-source-location)))
             (innate)))

;; A device from SOURCE; '(target NAME)' stands for '(targets (list NAME))'.
(define-syntax mapped-device
  (syntax-rules ()
    ((_ field ...)
     (mapped-device-fields () field ...))))

(define-syntax mapped-device-fields
  (syntax-rules (target)
    ((_ (done ...))
     (%mapped-device done ...))
    ((_ (done ...) (target name) field ...)
     (mapped-device-fields (done ... (targets (list name))) field ...))
    ((_ (done ...) next field ...)
     (mapped-device-fields (done ... next) field ...))))

(define (mapped-device-target device)
  "Return the first target of DEVICE."
  (match (mapped-device-targets device)
    ((target . _) target)))

;; OPEN and CLOSE take the source and the targets of a device and return a gexp
;; that sets it up or takes it down.
(define-record-type* <mapped-device-type>
  mapped-device-kind make-mapped-device-kind
  mapped-device-kind?
  (open    mapped-device-kind-open)
  (close   mapped-device-kind-close
           (default (const #~(const #f))))
  (modules mapped-device-kind-modules             ;that the gexps need
           (default '()))
  (check   mapped-device-kind-check
           (default (const #t))))

;;;
;;; Services.
;;;

(define (device-mapping-shepherd-service device)
  "Return the service that sets up DEVICE."
  (let ((kind    (mapped-device-type device))
        (source  (mapped-device-source device))
        (targets (mapped-device-targets device)))
    (shepherd-service
     (provision (list (string->symbol
                       (string-append "device-mapping-"
                                      (string-join targets "-")))))
     (requirement '(udev))
     (documentation "Set up this mapped device.")
     (modules (append %default-modules (mapped-device-kind-modules kind)))
     (start #~(lambda ()
                #$(apply (mapped-device-kind-open kind) source targets
                         (mapped-device-arguments device))))
     (stop #~(lambda _
               (not #$(apply (mapped-device-kind-close kind) source targets
                             (mapped-device-arguments device)))))
     (respawn? #f))))

(define device-mapping-service-type
  (shepherd-service-type
   'device-mapping
   device-mapping-shepherd-service
   (description "Set up a mapped device.")))

(define (device-mapping-service device)
  "Return the service that sets up DEVICE."
  (service device-mapping-service-type device))

(define (check-device-initrd-modules device modules location)
  "Raise an error about LOCATION unless MODULES, those of the initial RAM disk,
include what DEVICE needs.  Which ones those are is known only on the machine
that has the device; for an image there is nothing to be checked."
  #t)

;;;
;;; LUKS.
;;;

(define* (open-luks-device source targets #:key key-file allow-discards?
                           (extra-options '()))
  "Return a gexp that unlocks SOURCE, encrypted, as the first of TARGETS."
  (unless (list? extra-options)
    (raise (formatted-message
            (G_ "invalid value ~s for #:extra-options \
argument of `open-luks-device'")
            extra-options)))
  (let ((partition (if (uuid? source)
                       #~(let loop ((tries-left 10))
                           (or (find-partition-by-luks-uuid
                                #$(uuid-bytevector source))
                               (and (positive? tries-left)
                                    (begin
                                      (sleep 1)
                                      (loop (- tries-left 1))))
                               (error "LUKS partition not found"
                                      #$(uuid->string source))))
                       source)))
    #~(let ((partition #$partition))
        (mkdir-p "/run/cryptsetup/")
        (zero? (system*/tty
                #$(file-append cryptsetup-static "/sbin/cryptsetup")
                "open" "--type" "luks"
                #$@(if allow-discards? '("--allow-discards") '())
                #$@(if key-file `("--key-file" ,key-file) '())
                #$@extra-options
                partition #$(first targets))))))

(define* (close-luks-device source targets #:rest _)
  "Return a gexp that locks the first of TARGETS."
  #~(zero? (system* #$(file-append cryptsetup-static "/sbin/cryptsetup")
                    "close" #$(first targets))))

(define %luks-modules
  '((rnrs bytevectors)
    ((gnu build file-systems)
     #:select (find-partition-by-luks-uuid system*/tty))))

(define luks-device-mapping
  (mapped-device-kind
   (open open-luks-device)
   (close close-luks-device)
   (modules %luks-modules)))

(define* (luks-device-mapping-with-options #:key key-file allow-discards?)
  "Return a kind of device like 'luks-device-mapping', unlocked by KEY-FILE if it
is true; ALLOW-DISCARDS? lets the device know which blocks are unused."
  (mapped-device-kind
   (inherit luks-device-mapping)
   (open (lambda* (source targets #:rest rest)
           (open-luks-device source targets
                             #:key-file key-file
                             #:allow-discards? allow-discards?)))))

;;;
;;; RAID and LVM.
;;;

(define* (open-raid-device sources targets #:rest _)
  "Return a gexp that assembles SOURCES, once they are all there."
  #~(let ((sources '#$sources))
      (let loop ((tries-left 20))
        (unless (or (every file-exists? sources) (zero? tries-left))
          (sleep 1)
          (loop (- tries-left 1))))
      (zero? (apply system* #$(file-append mdadm-static "/sbin/mdadm")
                    "--assemble" #$(first targets) sources))))

(define* (close-raid-device sources targets #:rest _)
  #~(zero? (system* #$(file-append mdadm-static "/sbin/mdadm")
                    "--stop" #$(first targets))))

(define raid-device-mapping
  (mapped-device-kind
   (open open-raid-device)
   (close close-raid-device)))

(define* (change-lvm-volumes flag source targets)
  "Return a gexp that activates or, depending on FLAG, deactivates TARGETS, the
volumes of the group SOURCE."
  #~(and #$@(map (lambda (target)
                   #~(zero? (system*
                             #$(file-append lvm2-static "/sbin/lvm")
                             "vgchange" #$flag #$source)))
                 (take targets 1))))

(define lvm-device-mapping
  (mapped-device-kind
   (open (lambda* (source targets #:rest _)
           (change-lvm-volumes "--activate=ay" source targets)))
   (close (lambda* (source targets #:rest _)
            (change-lvm-volumes "--activate=n" source targets)))))
