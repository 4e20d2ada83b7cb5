;;; SPDX-License-Identifier: GPL-3.0-or-later
;;;
;;; OCI image layouts: what podman, skopeo and containerd read and write without
;;; a detour.
;;;
;;;   tintype image -t oci -o image.tar FILE
;;;   skopeo copy oci-archive:image.tar containers-storage:image

(define-module (gnu system images oci)
  #:use-module (gnu image)
  #:use-module (gnu system image)
  #:use-module (srfi srfi-26)
  #:export (oci-image
            oci-image-type
            oci-directory-image-type))

(define oci-image
  (image-without-os
   (format 'oci)))

(define oci-image-type
  (image-type
   (name 'oci)
   (constructor (cut image-with-os oci-image <>))))

;; The same as a directory.
(define oci-directory-image-type
  (image-type
   (name 'oci-directory)
   (constructor (cut image-with-os
                     (image
                      (inherit oci-image)
                      (format-options '("layout=directory")))
                     <>))))
