;;; SPDX-License-Identifier: GPL-3.0-or-later
;;;
;;; Channels as operating systems name them: nothing is fetched from them.

(define-module (guix channels)
  #:use-module (guix base16)
  #:use-module (srfi srfi-9)
  #:export (make-channel-introduction
            channel-introduction
            channel-introduction?
            channel-introduction-first-signed-commit
            channel-introduction-first-commit-signer
            openpgp-fingerprint->bytevector
            openpgp-fingerprint
            %default-guix-channel
            %default-channels))

(define-record-type <channel-introduction>
  (make-channel-introduction first-signed-commit first-commit-signer)
  channel-introduction?
  (first-signed-commit channel-introduction-first-signed-commit) ;string
  (first-commit-signer channel-introduction-first-commit-signer)) ;bytevector

(define channel-introduction make-channel-introduction)

(define (openpgp-fingerprint->bytevector str)
  "Return the bytes of the fingerprint that STR writes, with spaces or without."
  (base16-string->bytevector (string-filter char-set:hex-digit str)))

(define-syntax-rule (openpgp-fingerprint str)
  (openpgp-fingerprint->bytevector str))

(define %default-guix-channel
  (channel
   (name 'guix)
   (branch "master")
   (url "https://git.guix.gnu.org/guix.git")
   (introduction
    (make-channel-introduction
     "9edb3f66fd807b096b48283debdcddccfea34bad"
     (openpgp-fingerprint
      "BBB0 2DDF 2CEA F6A8 0D1D  E643 A2A0 6DF2 A33A 54FA")))))

(define %default-channels
  (list %default-guix-channel))
