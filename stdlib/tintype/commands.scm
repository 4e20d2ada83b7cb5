;;; SPDX-License-Identifier: GPL-3.0-or-later
;;;
;;; What the command line asks of the standard library.

(define-module (tintype commands)
  #:use-module (tintype native)
  #:use-module (tintype show)
  #:use-module (tintype unknown-name)
  #:use-module (guix diagnostics)
  #:use-module (guix i18n)
  #:use-module (guix utils)
  #:use-module ((guix platform) #:select (systems targets))
  #:use-module (gnu image)
  #:use-module (gnu system)
  #:use-module (gnu system image)
  #:use-module (srfi srfi-1)
  #:export (call-for-platform
            check-platform
            system-list
            target-list
            image-type-list
            value->image
            value->image*
            image->plan
            show
            show*))

(define (call-for-platform system target proc . arguments)
  "Call PROC with ARGUMENTS, SYSTEM being the current system, and TARGET, a
triplet or #f, the one to cross-compile to."
  (parameterize ((%current-system system)
                 (%current-target-system target))
    (apply proc arguments)))

(define (system-list)
  "Return the sorted list of systems to build for."
  (sort (systems) string<?))

(define (target-list)
  "Return the sorted list of triplets to cross-build for."
  (sort (targets) string<?))

(define (check-platform system target)
  "Raise an error unless SYSTEM and TARGET are #f or those of a platform."
  (define (check name known hint format-string)
    (when (and name (not (member name known)))
      (raise-unknown-name name known hint format-string name)))

  (check system (systems)
         (G_ "'--list-systems' lists them")
         (G_ "'~a' is not a supported system"))
  (check target (targets)
         (G_ "'--list-targets' lists them")
         (G_ "'~a' is not a supported cross-compilation target")))

(define (image-type-list)
  "Return the sorted list of the names of all image types, symbols."
  (sort (delete-duplicates (map image-type-name (force %image-types)))
        (lambda (a b)
          (string<? (symbol->string a) (symbol->string b)))))

(define %default-image-type 'efi-raw)

(define (definition->image value image-type file-name)
  ;; An image stays as it is; an operating system becomes one of IMAGE-TYPE.
  (cond ((image? value)
         value)
        ((operating-system? value)
         (os->image value
                    #:type (lookup-image-type-by-name
                            (or image-type %default-image-type))))
        (else
         (raise-message
          #f (G_ "'~a' does not return an operating system or an image")
          file-name))))

(define (sized-image? image)
  (not (eq? 'guess (image-size image))))

(define* (value->image value
                       #:key
                       (image-type #f)
                       (image-size #f)
                       (label #f)
                       (volatile? #f)
                       (shared-network? #f)
                       (max-layers #f)
                       (file-name "<expression>"))
  "Return the image that VALUE, what FILE-NAME evaluates to, stands for on the
command line.  As in 'guix system image', the size, the volatility of the root
file system, the network and the layers are those of the command line, even if
VALUE is an image that says otherwise."
  (define base-image
    (definition->image value image-type file-name))

  (define labeled-image
    (if label
        (image-with-label base-image label)
        base-image))

  (define max-layers* max-layers)
  (define shared-network?* shared-network?)

  (when (and (not image-size) (sized-image? base-image))
    (warning (string->location (%record-location value))
             (G_ "the size in '~a' is ignored, use '--image-size'")
             file-name))

  (image
   (inherit labeled-image)
   (size (or image-size 'guess))
   (max-layers max-layers*)
   (volatile-root? volatile?)
   (shared-network? shared-network?*)))

(define (value->image* value options)
  "Call 'value->image' with OPTIONS, a property list."
  (apply value->image value options))

(define (image->plan image)
  "Return the plan of IMAGE."
  (system-image image))

(define* (show value
               #:key
               (image-type #f)
               (file-name "<expression>")
               #:allow-other-keys)
  "Return data that describes VALUE, what FILE-NAME evaluates to."
  (define (describe kind image)
    (let ((os (image-operating-system image)))
      `(definition
         (version 1)
         (source ,file-name)
         (kind ,kind)
         ,@(if (eq? kind 'operating-system)
               `((image-type ,(or image-type %default-image-type)))
               '())
         ,(show-image image)
         ,@(if os
               (list (show-operating-system os)
                     (show-derived image))
               '()))))

  (cond ((operating-system? value)
         (describe 'operating-system
                   (definition->image value image-type file-name)))
        ((image? value)
         (describe 'image value))
        (else
         `(definition
            (version 1)
            (source ,file-name)
            (kind other)
            (value ,(show-value value))))))

(define (show* value options)
  "Call 'show' with OPTIONS, a property list."
  (apply show value options))
