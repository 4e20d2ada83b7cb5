;;; SPDX-License-Identifier: GPL-3.0-or-later
;;;
;;; Services of the local network, found without a server.

(define-module (gnu services avahi)
  #:use-module (tintype services daemon-account)
  #:use-module (guix gexp)
  #:use-module (guix records)
  #:use-module (gnu services)
  #:use-module (gnu services base)
  #:use-module (gnu services dbus)
  #:use-module (gnu services shepherd)
  #:use-module (gnu system shadow)
  #:use-module ((gnu packages avahi) #:select (avahi nss-mdns))
  #:use-module (srfi srfi-1)
  #:export (avahi-configuration
            avahi-configuration?
            avahi-configuration-avahi
            avahi-configuration-debug?
            avahi-configuration-host-name
            avahi-configuration-publish?
            avahi-configuration-publish-workstation?
            avahi-configuration-ipv4?
            avahi-configuration-ipv6?
            avahi-configuration-wide-area?
            avahi-configuration-domains-to-browse
            avahi-service-type))

(define-record-type* <avahi-configuration>
  avahi-configuration make-avahi-configuration
  avahi-configuration?
  (avahi                avahi-configuration-avahi
                        (default avahi))
  (debug?               avahi-configuration-debug?
                        (default #f))
  (host-name            avahi-configuration-host-name ;string | #f
                        (default #f))
  (publish?             avahi-configuration-publish?
                        (default #t))
  (publish-workstation? avahi-configuration-publish-workstation?
                        (default #t))
  (ipv4?                avahi-configuration-ipv4?
                        (default #t))
  (ipv6?                avahi-configuration-ipv6?
                        (default #t))
  (wide-area?           avahi-configuration-wide-area?
                        (default #f))
  (domains-to-browse    avahi-configuration-domains-to-browse
                        (default '())))

(define (avahi-daemon.conf configuration)
  "Return the file that configures the daemon: see avahi-daemon.conf(5)."
  (define (yes/no key value)
    (string-append key "=" (if value "yes" "no") "\n"))

  (match-record configuration <avahi-configuration>
      (host-name publish? publish-workstation? ipv4? ipv6? wide-area?
       domains-to-browse)
    (plain-file "avahi-daemon.conf"
                (string-append
                 "[server]\n"
                 (if host-name
                     (string-append "host-name=" host-name "\n")
                     "")
                 "browse-domains=" (string-join domains-to-browse) "\n"
                 (yes/no "use-ipv4" ipv4?)
                 (yes/no "use-ipv6" ipv6?)
                 "[wide-area]\n"
                 (yes/no "enable-wide-area" wide-area?)
                 "[publish]\n"
                 (yes/no "disable-publishing" (not publish?))
                 (yes/no "publish-workstation" publish-workstation?)))))

(define (avahi-shepherd-service configuration)
  "Return the service that runs the daemon."
  (match-record configuration <avahi-configuration> (avahi debug?)
    (let ((conf (avahi-daemon.conf configuration)))
      (shepherd-service
       (documentation "Find machines of the local network, and be found.")
       (provision '(avahi-daemon))
       (requirement '(user-processes dbus-system networking))
       (actions (list (shepherd-configuration-action conf)))
       (start #~(make-systemd-constructor
                 (list #$(file-append avahi "/sbin/avahi-daemon")
                       #$@(if debug? '("--debug") '())
                       "-f" #$conf)
                 (list (endpoint (make-socket-address
                                  AF_UNIX "/run/avahi-daemon/socket")))
                 #:lazy-start? #f
                 #:log-file "/var/log/avahi-daemon.log"))
       (stop #~(make-systemd-destructor))))))

(define %avahi-activation
  #~(begin
      (use-modules (guix build utils))
      (mkdir-p "/run/avahi-daemon")))

(define avahi-service-type
  (service-type
   (name 'avahi)
   (extensions
    (list (service-extension shepherd-root-service-type
                             (compose list avahi-shepherd-service))
          (service-extension dbus-root-service-type
                             (compose list avahi-configuration-avahi))
          (service-extension account-service-type
                             (const (daemon-accounts "avahi"
                                                     "Avahi daemon user")))
          (service-extension activation-service-type
                             (const %avahi-activation))
          (service-extension nscd-service-type
                             (const (list nss-mdns)))
          (service-extension profile-service-type
                             (compose list avahi-configuration-avahi))))
   (default-value (avahi-configuration))
   (description "Find machines and services of the local network, and be
found.")))
