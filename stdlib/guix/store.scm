;;; SPDX-License-Identifier: GPL-3.0-or-later
;;;
;;; Names of files in the store.  There is no store at hand: these procedures
;;; look at names only.

(define-module (guix store)
  #:use-module (guix config)
  #:use-module (guix monads)
  #:export (%store-prefix
            %gc-roots-directory
            %default-substitute-urls
            %graft?
            store-path?
            direct-store-path?
            store-path-hash-part
            store-path-package-name

            %store-monad
            store-bind
            store-return
            run-with-store))

(define %store-prefix
  (make-parameter %store-directory))

(define %gc-roots-directory
  (string-append %state-directory "/gcroots"))

(define %default-substitute-urls
  '("https://bordeaux.guix.gnu.org" "https://ci.guix.gnu.org"))

(define %graft?
  (make-parameter #t))

(define %hash-length 32)

;; What follows the store directory in FILE, or #f.
(define (store-name file)
  (let ((prefix (string-append (%store-prefix) "/")))
    (and (string-prefix? prefix file)
         (substring file (string-length prefix)))))

(define (store-path? file)
  "Return true if FILE is in the store."
  (and (store-name file) #t))

(define (direct-store-path? file)
  "Return true if FILE is right in the store, not in a directory there."
  (let ((name (store-name file)))
    (and name
         (not (string-null? name))
         (not (string-index name #\/)))))

(define (store-path-base file)
  (let ((name (store-name file)))
    (and name
         (> (string-length name) (+ 1 %hash-length))
         (char=? #\- (string-ref name %hash-length))
         name)))

(define (store-path-hash-part file)
  "Return the hash in FILE's name, or #f."
  (let ((name (store-path-base file)))
    (and name (substring name 0 %hash-length))))

(define (store-path-package-name file)
  "Return FILE's name without the store directory and the hash, or #f."
  (let ((name (store-path-base file)))
    (and name (substring name (+ 1 %hash-length)))))


;;;
;;; The store monad: nothing is built before the image is, so that its values
;;; are the file-like objects themselves.
;;;

(define (store-return value)
  "Return VALUE in the store monad."
  value)

(define (store-bind mvalue mproc)
  "Call MPROC with the value of MVALUE."
  (mproc mvalue))

(define-monad %store-monad
  (bind store-bind)
  (return store-return))

(define* (run-with-store store mvalue #:key #:allow-other-keys)
  "Return the value of MVALUE.  No STORE is needed: it may be #f."
  mvalue)
