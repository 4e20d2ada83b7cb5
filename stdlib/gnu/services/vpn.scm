;;; SPDX-License-Identifier: GPL-3.0-or-later
;;;
;;; Private networks.

(define-module (gnu services vpn)
  #:use-module (guix gexp)
  #:use-module (guix records)
  #:use-module (gnu services)
  #:use-module (gnu services shepherd)
  #:use-module ((gnu packages vpn) #:select (wireguard-tools))
  #:use-module (srfi srfi-1)
  #:export (wireguard-peer
            wireguard-peer?
            wireguard-peer-name
            wireguard-peer-endpoint
            wireguard-peer-allowed-ips
            wireguard-peer-public-key
            wireguard-peer-preshared-key
            wireguard-peer-keep-alive

            wireguard-configuration
            wireguard-configuration?
            wireguard-configuration-wireguard
            wireguard-configuration-interface
            wireguard-configuration-addresses
            wireguard-configuration-port
            wireguard-configuration-private-key
            wireguard-configuration-bootstrap-private-key?
            wireguard-configuration-peers
            wireguard-configuration-dns
            wireguard-configuration-monitor-ips?
            wireguard-configuration-monitor-ips-interval
            wireguard-configuration-pre-up
            wireguard-configuration-post-up
            wireguard-configuration-pre-down
            wireguard-configuration-post-down
            wireguard-configuration-shepherd-requirement
            wireguard-configuration-table
            wireguard-configuration-auto-start?
            wireguard-service-type))

(define-record-type* <wireguard-peer>
  wireguard-peer make-wireguard-peer
  wireguard-peer?
  (name          wireguard-peer-name)
  (endpoint      wireguard-peer-endpoint          ;string | #f
                 (default #f))
  (public-key    wireguard-peer-public-key)
  (preshared-key wireguard-peer-preshared-key     ;file name | #f
                 (default #f))
  (allowed-ips   wireguard-peer-allowed-ips)      ;list of strings
  (keep-alive    wireguard-peer-keep-alive        ;seconds | #f
                 (default #f)))

(define-record-type* <wireguard-configuration>
  wireguard-configuration make-wireguard-configuration
  wireguard-configuration?
  (wireguard            wireguard-configuration-wireguard
                        (default wireguard-tools))
  (interface            wireguard-configuration-interface
                        (default "wg0"))
  (addresses            wireguard-configuration-addresses
                        (default '("10.0.0.1/32")))
  (port                 wireguard-configuration-port
                        (default 51820))
  (private-key          wireguard-configuration-private-key
                        (default "/etc/wireguard/private.key"))
  (bootstrap-private-key? wireguard-configuration-bootstrap-private-key?
                        (default #t))
  (peers                wireguard-configuration-peers
                        (default '()))
  (dns                  wireguard-configuration-dns
                        (default '()))
  (monitor-ips?         wireguard-configuration-monitor-ips?
                        (default #f))
  (monitor-ips-interval wireguard-configuration-monitor-ips-interval
                        (default "*/5 * * * *"))
  (pre-up               wireguard-configuration-pre-up
                        (default '()))
  (post-up              wireguard-configuration-post-up
                        (default '()))
  (pre-down             wireguard-configuration-pre-down
                        (default '()))
  (post-down            wireguard-configuration-post-down
                        (default '()))
  (shepherd-requirement wireguard-configuration-shepherd-requirement
                        (default '()))
  (table                wireguard-configuration-table
                        (default "auto"))
  (auto-start?          wireguard-configuration-auto-start?
                        (default #t)))

;; The parts of the lines of wg-quick(8).

(define (line key . value)
  `(,key " = " ,@value "\n"))

(define (lines key values)
  (append-map (lambda (value) (line key value)) values))

(define (comma-separated values)
  (string-join values ", "))

(define (peer-lines peer)
  (match-record peer <wireguard-peer>
      (name endpoint public-key allowed-ips keep-alive)
    `("\n[Peer] # " ,name "\n"
      ,@(line "PublicKey" public-key)
      ,@(line "AllowedIPs" (comma-separated allowed-ips))
      ,@(if endpoint (line "Endpoint" endpoint) '())
      ,@(if keep-alive
            (line "PersistentKeepalive" (number->string keep-alive))
            '()))))

;; Keys stay out of the store: they are set once the interface is there.
(define (key-commands private-key peers)
  (cons `("wg set %i private-key " ,private-key)
        (filter-map (lambda (peer)
                      (and (wireguard-peer-preshared-key peer)
                           `("wg set %i peer " ,(wireguard-peer-public-key peer)
                             " preshared-key "
                             ,(wireguard-peer-preshared-key peer))))
                    peers)))

(define (wireguard-file configuration)
  "Return the file that configures the interface of CONFIGURATION."
  (match-record configuration <wireguard-configuration>
      (interface addresses port private-key peers dns pre-up post-up pre-down
       post-down table)
    (let ((name (string-append interface ".conf")))
      (file-append
       (file-union
        "wireguard-config"
        (list
         (list name
               (apply mixed-text-file name
                      `("[Interface]\n"
                        ,@(line "Address" (comma-separated addresses))
                        ,@(line "Table" table)
                        ,@(lines "PreUp" pre-up)
                        ,@(append-map (lambda (command)
                                        (apply line "PostUp" command))
                                      (key-commands private-key peers))
                        ,@(lines "PostUp" post-up)
                        ,@(lines "PreDown" pre-down)
                        ,@(lines "PostDown" post-down)
                        ,@(if port
                              (line "ListenPort" (number->string port))
                              '())
                        ,@(if (null? dns)
                              '()
                              (line "DNS" (comma-separated dns)))
                        ,@(append-map peer-lines peers))))))
       "/" name))))

(define (wireguard-shepherd-service configuration)
  "Return the service that has the interface of CONFIGURATION up."
  (match-record configuration <wireguard-configuration>
      (wireguard interface shepherd-requirement auto-start?)
    (let ((wg-quick (file-append wireguard "/bin/wg-quick"))
          (file     (wireguard-file configuration)))
      (shepherd-service
       (documentation "Connect to a private network.")
       (provision (list (symbol-append 'wireguard-
                                       (string->symbol interface))))
       (requirement `(networking user-processes ,@shepherd-requirement))
       (auto-start? auto-start?)
       (start #~(lambda _
                  (invoke #$wg-quick "up" #$file)))
       (stop #~(lambda _
                 (invoke #$wg-quick "down" #$file)
                 #f))))))

(define (wireguard-activation configuration)
  "Return a gexp that makes the private key of CONFIGURATION, unless it is there."
  (match-record configuration <wireguard-configuration>
      (wireguard private-key bootstrap-private-key?)
    (if bootstrap-private-key?
        #~(begin
            (use-modules (guix build utils)
                         (ice-9 popen)
                         (ice-9 rdelim))
            (mkdir-p (dirname #$private-key))
            (unless (file-exists? #$private-key)
              (let* ((pipe (open-input-pipe
                            (string-append #$(file-append wireguard "/bin/wg")
                                           " genkey")))
                     (key  (read-line pipe)))
                (close-pipe pipe)
                (call-with-output-file #$private-key
                  (lambda (port)
                    (chmod port #o400)
                    (display key port))))))
        #~#t)))

(define wireguard-service-type
  (service-type
   (name 'wireguard)
   (extensions
    (list (service-extension shepherd-root-service-type
                             (compose list wireguard-shepherd-service))
          (service-extension activation-service-type
                             wireguard-activation)
          (service-extension profile-service-type
                             (compose list
                                      wireguard-configuration-wireguard))))
   (description "A private network of WireGuard.")))
