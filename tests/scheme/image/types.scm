;; Image types make the images that the original's make, but for what the seed
;; does otherwise than 1.5.0: both EFI types are MBR, and the initializers of
;; the types that the seed has are variables.
(use-modules (tintype check)
             (tintype commands)
             (tintype show)
             (tintype syntax)
             (gnu image)
             (gnu system image)
             (ice-9 match)
             (srfi srfi-1))

(define oracle
  (call-with-input-file (string-append (or (current-source-directory) ".")
                                       "/../../compat/oracle/_image-types.sexp")
    read))

(define %seed-efi-types '(efi-raw efi32-raw qcow2))

;; The original's description as the seed would give it.
(define (as-in-seed name description)
  (define (replace field)
    (match field
      (('partition-table-type 'gpt)
       '(partition-table-type mbr))
      (('initializer ('gexp ('lambda* _ (initializer . _))))
       `(initializer (gexp ,initializer)))
      ((fields ...) (map replace fields))
      (other other)))

  (if (memq name %seed-efi-types)
      (replace description)
      description))

(define compared
  (filter-map
   (match-lambda
     ((('name name) image)
      (and (memq name (image-type-list))
           (let ((ours (show-image-type (lookup-image-type-by-name name))))
             (check ours => `((name ,name) ,(as-in-seed name image)))
             name))))
   (cdr oracle)))

(check compared =>
       '(docker efi-raw efi32-raw hurd-qcow2 hurd-raw hurd64-qcow2 hurd64-raw
         iso9660 mbr-hybrid-raw mbr-raw novena-raw
         orangepi-r1-plus-lts-rk3328-raw pine64-raw pinebook-pro-raw qcow2
         qcow2-gpt raw-with-offset rock-4c-plus-raw rock64-raw tarball
         uncompressed-iso9660 unmatched-raw visionfive2-raw wsl2))

;; Types of our own.
(check (lset-difference eq? (image-type-list) compared)
       => '(efi-gpt-raw oci oci-directory))
(match (show-image-type (lookup-image-type-by-name 'efi-gpt-raw))
  ((_ ('image . fields))
   (check (assq-ref fields 'partition-table-type) => '(gpt))
   (check (assq-ref fields 'volatile-root?) => '(#f))
   (check (map (lambda (partition) (assq-ref (cdr partition) 'flags))
               (car (assq-ref fields 'partitions)))
          => '(((esp)) ((boot))))))

(check-error (lookup-image-type-by-name 'vmdk) => "vmdk: no such image type")

(check root-offset => 1048576)
(check root-label => "Guix_image")
(check (partition-offset (car (image-partitions (raw-with-offset-disk-image 42))))
       => 42)

(check-report)
