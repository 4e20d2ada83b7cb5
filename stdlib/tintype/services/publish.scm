;;; SPDX-License-Identifier: GPL-3.0-or-later
;;;
;;; The server that offers what is in the store to other machines.

(define-module (tintype services publish)
  #:use-module (tintype services build-daemon)
  #:use-module (guix gexp)
  #:use-module (guix records)
  #:use-module (gnu services)
  #:use-module (gnu services shepherd)
  #:use-module (gnu system shadow)
  #:use-module ((gnu packages admin) #:select (shadow))
  #:use-module ((gnu packages package-management) #:select (guix))
  #:use-module (srfi srfi-1)
  #:use-module (ice-9 match)
  #:export (guix-publish-configuration
            guix-publish-configuration?
            guix-publish-configuration-guix
            guix-publish-configuration-port
            guix-publish-configuration-host
            guix-publish-configuration-compression
            guix-publish-configuration-nar-path
            guix-publish-configuration-cache
            guix-publish-configuration-ttl
            guix-publish-configuration-negative-ttl
            guix-publish-service-type))

(define-record-type* <guix-publish-configuration>
  guix-publish-configuration make-guix-publish-configuration
  guix-publish-configuration?
  (guix         guix-publish-configuration-guix (default guix))
  (port         guix-publish-configuration-port (default 80))
  (host         guix-publish-configuration-host (default "localhost"))
  (advertise?   guix-publish-configuration-advertise? (default #f))
  (compression  guix-publish-configuration-compression
                (thunked)
                (default (default-compression this-record)))
  (nar-path     guix-publish-configuration-nar-path (default "nar"))
  (cache        guix-publish-configuration-cache (default #f))
  (cache-bypass-threshold guix-publish-configuration-cache-bypass-threshold
                          (default (* 10 1024 1024))) ;bytes
  (workers      guix-publish-configuration-workers (default #f))
  (ttl          guix-publish-configuration-ttl (default #f))
  (negative-ttl guix-publish-configuration-negative-ttl (default #f)))

(define (default-compression configuration)
  "Return how CONFIGURATION compresses: well if what is compressed is kept, fast
if not."
  (if (guix-publish-configuration-cache configuration)
      '(("lzip" 9) ("zstd" 19))
      '(("gzip" 3) ("zstd" 3))))

(define (publish-command configuration)
  "Return the list of arguments that runs the server."
  (match-record configuration <guix-publish-configuration>
      (guix port host advertise? compression nar-path cache
       cache-bypass-threshold workers ttl negative-ttl)
    (define (seconds string value)
      (if value
          (list (string-append string (number->string value) "s"))
          '()))

    `(,(file-append guix "/bin/guix") "publish"
      "-u" "guix-publish"
      "-p" ,(number->string port)
      ,@(append-map (match-lambda
                      ((type level)
                       (list "-C" (string-append type ":"
                                                 (number->string level)))))
                    compression)
      ,(string-append "--nar-path=" nar-path)
      ,(string-append "--listen=" host)
      ,@(if advertise? '("--advertise") '())
      ,@(if workers
            (list (string-append "--workers=" (number->string workers)))
            '())
      ,@(seconds "--ttl=" ttl)
      ,@(seconds "--negative-ttl=" negative-ttl)
      ,@(if cache
            (list (string-append "--cache=" cache)
                  (string-append "--cache-bypass-threshold="
                                 (number->string cache-bypass-threshold)))
            '()))))

(define (publish-shepherd-service configuration)
  "Return the service that runs the server."
  (match-record configuration <guix-publish-configuration>
      (advertise? host port)
    (shepherd-service
     (documentation "Serve the store over HTTP.")
     (provision '(guix-publish))
     (requirement `(user-processes
                    guix-daemon
                    ,@(if advertise? '(avahi-daemon) '())))
     (start #~(make-systemd-constructor
               (list #$@(publish-command configuration))
               (list (endpoint
                      (addrinfo:addr
                       (car (getaddrinfo #$host #$(number->string port)
                                         AI_NUMERICSERV)))))
               #:environment-variables #$(locale-environment)
               #:log-file "/var/log/guix-publish.log"
               #:lazy-start? #t))
     (stop #~(make-systemd-destructor)))))

(define %publish-accounts
  (list (user-group (name "guix-publish") (system? #t))
        (user-account
         (name "guix-publish")
         (group "guix-publish")
         (comment "guix publish user")
         (home-directory "/var/empty")
         (shell (file-append shadow "/sbin/nologin"))
         (system? #t))))

(define (publish-activation configuration)
  "Return a gexp that makes the directory in which the server keeps what it
compressed."
  (match (guix-publish-configuration-cache configuration)
    (#f #~#t)
    (cache
     #~(begin
         (use-modules (guix build utils))
         (mkdir-p #$cache)
         (let ((user (getpw "guix-publish")))
           (chown #$cache (passwd:uid user) (passwd:gid user)))))))

(define guix-publish-service-type
  (service-type
   (name 'guix-publish)
   (extensions
    (list (service-extension shepherd-root-service-type
                             (compose list publish-shepherd-service))
          (service-extension account-service-type (const %publish-accounts))
          (service-extension activation-service-type publish-activation)))
   (default-value (guix-publish-configuration))
   (description "Serve the store to other machines.")))
