;;; SPDX-License-Identifier: GPL-3.0-or-later
;;;
;;; Compression programs.

(define-module (gnu compression)
  #:use-module (guix diagnostics)
  #:use-module (guix gexp)
  #:use-module (guix i18n)
  #:use-module (gnu packages compression)
  #:use-module (srfi srfi-1)
  #:use-module (srfi srfi-9)
  #:export (compressor
            compressor?
            compressor-name
            compressor-extension
            compressor-command
            %compressors
            lookup-compressor))

(define-record-type <compressor>
  (compressor name extension command)
  compressor?
  (name      compressor-name)                     ;string
  (extension compressor-extension)                ;string, ".gz"
  (command   compressor-command))                 ;gexp of a list of strings

(define %compressors
  (list (compressor "gzip" ".gz"
                    #~(list #+(file-append gzip "/bin/gzip") "-9n"))
        (compressor "lzip" ".lz"
                    #~(list #+(file-append lzip "/bin/lzip") "-9"))
        (compressor "xz" ".xz"
                    #~(list #+(file-append xz "/bin/xz") "-e"))
        (compressor "bzip2" ".bz2"
                    #~(list #+(file-append bzip2 "/bin/bzip2") "-9"))
        (compressor "zstd" ".zst"
                    #~(list #+(file-append zstd "/bin/zstd") "-3"))
        (compressor "none" "" #f)))

(define (lookup-compressor name)
  "Return the compressor called NAME."
  (or (find (lambda (compressor)
              (string=? name (compressor-name compressor)))
            %compressors)
      (leave (G_ "~a: compressor not found") name)))
