;;; SPDX-License-Identifier: GPL-3.0-or-later
;;;
;;; Plans of images of containers.

(define-module (tintype container-images)
  #:use-module (tintype container)
  #:use-module (tintype system-images)
  #:use-module (guix gexp)
  #:use-module (guix utils)
  #:use-module (gnu compression)
  #:use-module (gnu image)
  #:use-module (gnu system)
  #:use-module (gnu system linux-container)
  #:use-module (ice-9 match)
  #:export (triplet->architecture
            system-docker-image
            system-oci-image))

(define (triplet->architecture triplet)
  "Return what containers call the machine of TRIPLET, and its variant, a string
or #f, as a pair."
  (define (machine? prefix)
    (string-prefix? prefix triplet))

  (cond ((machine? "x86_64") '("amd64" . #f))
        ((or (machine? "i586") (machine? "i686")) '("386" . #f))
        ((machine? "aarch64") '("arm64" . #f))
        ((machine? "arm") '("arm" . "v7"))
        ((machine? "mips64el") '("mips64le" . #f))
        ((machine? "powerpc64le") '("ppc64le" . #f))
        (else
         (cons (match (string-index triplet #\-)
                 (#f triplet)
                 (index (string-take triplet index)))
               #f))))

;; Programs that start a system, the better ones first.
(define %boot-programs
  '("/sbin/init" "/usr/lib/systemd/systemd" "/init"))

;; What plans of images of containers have.
(define (container-fields image location)
  (define triplet
    (or (%current-target-system)
        (nix-system->gnu-triplet)))

  (define boot-program
    ;; Program that runs the system's boot script.
    (program-file "boot-program"
                  #~(let ((system (cadr (command-line))))
                      (setenv "GUIX_NEW_SYSTEM" system)
                      (execl "/bin/sh" "sh"
                             (string-append system "/boot")))))

  (let* ((base-os       (image-operating-system image))
         (os            (and base-os
                             (containerized-operating-system
                              base-os '()
                              #:shared-network? (image-shared-network? image))))
         (configuration (if base-os
                            (operating-system-container-configuration base-os)
                            (container-configuration))))
    (match (triplet->architecture triplet)
      ((architecture . variant)
       `((format ,(image-format image))
         (location ,location)
         (max-layers ,(image-max-layers image))
         (layers ,(string->symbol (or (format-option image "layers") "whole")))
         (creation-time 1)
         (triplet ,triplet)
         (architecture ,architecture)
         (variant ,variant)
         (boot-program ,(lower-object boot-program))
         (boot-programs ,%boot-programs)
         (container ,(container-configuration->plan configuration))
         (register-closures? ,(has-guix-service-type? os))
         ,@(plan-fields image os))))))

(define* (system-docker-image image #:key (name "docker-image") location)
  "Return the plan of IMAGE, an archive for 'docker load'."
  (check-format-options image
                        `(,%compression-option ("layers" "whole" "package"))
                        location)
  (let ((compressor (image-compressor image)))
    `(docker-image
      (name ,(string-append (base-name image name)
                            ".tar" (compressor-extension compressor)))
      (compressor ,(compressor-name compressor))
      ,@(container-fields image location))))

(define* (system-oci-image image #:key (name "oci-image") location)
  "Return the plan of IMAGE, an OCI image layout."
  (check-format-options image
                        '(("compression" "gzip" "zstd" "none")
                          ("layers" "whole" "package")
                          ("layout" "archive" "directory"))
                        location)
  (let ((layout (string->symbol (or (format-option image "layout") "archive"))))
    `(oci-image
      (name ,(string-append (base-name image name)
                            (if (eq? layout 'directory) "" ".tar")))
      (layout ,layout)
      ;; Of each layer; the layout itself is not compressed.
      (compressor ,(compressor-name (image-compressor image)))
      ,@(container-fields image location))))
