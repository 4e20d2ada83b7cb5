;;; SPDX-License-Identifier: GPL-3.0-or-later
;;;
;;; Addresses handed out by, and asked of, other machines.

(define-module (tintype services dhcp)
  #:use-module (tintype services checks)
  #:use-module (tintype services daemon-account)
  #:use-module (guix gexp)
  #:use-module (guix records)
  #:use-module (gnu services)
  #:use-module (gnu services shepherd)
  #:use-module (gnu system shadow)
  #:use-module ((gnu packages admin) #:select (dhcpcd isc-dhcp))
  #:use-module (srfi srfi-1)
  #:use-module (ice-9 match)
  #:export (dhcpcd-configuration
            dhcpcd-configuration?
            dhcpcd-configuration-interfaces
            dhcpcd-configuration-command-arguments
            dhcpcd-configuration-host-name
            dhcpcd-configuration-duid
            dhcpcd-configuration-persistent?
            dhcpcd-configuration-option
            dhcpcd-configuration-require
            dhcpcd-configuration-slaac
            dhcpcd-configuration-no-option
            dhcpcd-configuration-no-hook
            dhcpcd-configuration-static
            dhcpcd-configuration-vendor-class-id
            dhcpcd-configuration-client-id
            dhcpcd-configuration-extra-content
            dhcpcd-configuration-shepherd-provision
            dhcpcd-configuration-shepherd-requirement
            dhcpcd-service-type

            dhcp-client-configuration
            dhcp-client-configuration?
            dhcp-client-configuration-package
            dhcp-client-configuration-interfaces
            dhcp-client-configuration-config-file
            dhcp-client-configuration-shepherd-provision
            dhcp-client-configuration-shepherd-requirement
            dhcp-client-configuration-version
            dhcp-client-service-type

            dhcpd-configuration
            dhcpd-configuration?
            dhcpd-configuration-package
            dhcpd-configuration-config-file
            dhcpd-configuration-version
            dhcpd-configuration-run-directory
            dhcpd-configuration-lease-file
            dhcpd-configuration-pid-file
            dhcpd-configuration-interfaces
            dhcpd-service-type))

;;;
;;; dhcpcd(8).
;;;

(define maybe-string? (maybe string?))

(define-record-type* <dhcpcd-configuration>
  dhcpcd-configuration make-dhcpcd-configuration
  dhcpcd-configuration?
  (interfaces        dhcpcd-configuration-interfaces ;all, if empty
                     (default '())
                     (sanitize (checked list? 'interfaces)))
  (command-arguments dhcpcd-configuration-command-arguments
                     (default '("-q" "-q"))
                     (sanitize (checked list? 'command-arguments)))
  ;; Empty: what the machine is called, and what dhcpcd makes up.
  (host-name         dhcpcd-configuration-host-name
                     (default "")
                     (sanitize (checked maybe-string? 'host-name)))
  (duid              dhcpcd-configuration-duid
                     (default "")
                     (sanitize (checked maybe-string? 'duid)))
  (persistent?       dhcpcd-configuration-persistent?
                     (default #t)
                     (sanitize (checked boolean? 'persistent?)))
  (option            dhcpcd-configuration-option
                     (default '("rapid_commit"
                                "domain_name_servers"
                                "domain_name"
                                "domain_search"
                                "host_name"
                                "classless_static_routes"
                                "interface_mtu"))
                     (sanitize (checked list-of-strings? 'option)))
  (require           dhcpcd-configuration-require
                     (default '("dhcp_server_identifier"))
                     (sanitize (checked list-of-strings? 'require)))
  (slaac             dhcpcd-configuration-slaac
                     (default "private")
                     (sanitize (checked maybe-string? 'slaac)))
  (no-option         dhcpcd-configuration-no-option
                     (default '())
                     (sanitize (checked list-of-strings? 'no-option)))
  (no-hook           dhcpcd-configuration-no-hook
                     (default '())
                     (sanitize (checked list-of-strings? 'no-hook)))
  (static            dhcpcd-configuration-static
                     (default '())
                     (sanitize (checked list-of-strings? 'static)))
  (vendor-class-id   dhcpcd-configuration-vendor-class-id
                     (default %unset-value)
                     (sanitize (checked maybe-string? 'vendor-class-id)))
  (client-id         dhcpcd-configuration-client-id
                     (default %unset-value)
                     (sanitize (checked maybe-string? 'client-id)))
  (extra-content     dhcpcd-configuration-extra-content
                     (default %unset-value)
                     (sanitize (checked maybe-string? 'extra-content)))
  (shepherd-provision dhcpcd-configuration-shepherd-provision
                      (default '(networking))
                      (sanitize (checked list-of-symbols?
                                         'shepherd-provision)))
  (shepherd-requirement dhcpcd-configuration-shepherd-requirement
                        (default '())
                        (sanitize (checked list-of-symbols?
                                           'shepherd-requirement))))

(define (dhcpcd.conf configuration)
  "Return the file that configures dhcpcd: see dhcpcd.conf(5)."
  (define (line keyword value-of)
    (let ((value (value-of configuration)))
      (match value
        (#f "")
        (#t (string-append keyword "\n"))
        ((? string? "")
         (if (member keyword '("hostname" "duid"))
             (string-append keyword "\n")
             ""))
        ((? string? text) (string-append keyword " " text "\n"))
        ((? list? texts)
         (string-concatenate
          (map (lambda (text)
                 (string-append keyword " " text "\n"))
               texts)))
        (_ ""))))

  (plain-file "dhcpcd.conf"
              (string-append
               (line "hostname" dhcpcd-configuration-host-name)
               (line "duid" dhcpcd-configuration-duid)
               (line "persistent" dhcpcd-configuration-persistent?)
               (line "option" dhcpcd-configuration-option)
               (line "require" dhcpcd-configuration-require)
               (line "slaac" dhcpcd-configuration-slaac)
               (line "nooption" dhcpcd-configuration-no-option)
               (line "nohook" dhcpcd-configuration-no-hook)
               (line "static" dhcpcd-configuration-static)
               (line "vendorclassid" dhcpcd-configuration-vendor-class-id)
               (line "clientid" dhcpcd-configuration-client-id)
               (maybe-value (dhcpcd-configuration-extra-content configuration)
                            ""))))

(define (dhcpcd-shepherd-service configuration)
  "Return the service that runs dhcpcd."
  (match-record configuration <dhcpcd-configuration>
      (command-arguments interfaces shepherd-provision shepherd-requirement)
    (let ((conf (dhcpcd.conf configuration)))
      (shepherd-service
       (documentation "Ask for the addresses of network interfaces.")
       (provision shepherd-provision)
       (requirement `(user-processes udev ,@shepherd-requirement))
       (actions (list (shepherd-configuration-action conf)))
       (start #~(make-forkexec-constructor
                 (list (string-append #$dhcpcd "/sbin/dhcpcd")
                       #$@command-arguments "-B" "-f" #$conf
                       #$@interfaces)))
       (stop #~(make-kill-destructor))))))

(define dhcpcd-service-type
  (service-type
   (name 'dhcpcd)
   (extensions
    (list (service-extension account-service-type
                             (const (daemon-accounts "dhcpcd"
                                                     "dhcpcd daemon user")))
          (service-extension shepherd-root-service-type
                             (compose list dhcpcd-shepherd-service))))
   (compose concatenate)
   (default-value (dhcpcd-configuration))
   (description "Ask for addresses with dhcpcd.")))

;;;
;;; dhclient(8).
;;;

(define-record-type* <dhcp-client-configuration>
  dhcp-client-configuration make-dhcp-client-configuration
  dhcp-client-configuration?
  (package              dhcp-client-configuration-package
                        (default isc-dhcp))
  (shepherd-requirement dhcp-client-configuration-shepherd-requirement
                        (default '()))
  (shepherd-provision   dhcp-client-configuration-shepherd-provision
                        (default '(networking)))
  (config-file          dhcp-client-configuration-config-file
                        (default #f))
  (interfaces           dhcp-client-configuration-interfaces ;'all | strings
                        (default 'all))
  (version              dhcp-client-configuration-version ;"4" | "6" | "4o6"
                        (default "4")))

(define (dhcp-client-shepherd-service configuration)
  "Return the service that runs dhclient."
  (match-record configuration <dhcp-client-configuration>
      (package shepherd-requirement shepherd-provision config-file interfaces
       version)
    (shepherd-service
     (documentation "Ask for the addresses of network interfaces.")
     (provision shepherd-provision)
     (requirement `(user-processes udev ,@shepherd-requirement))
     (start #~(make-forkexec-constructor
               (list #$(file-append package "/sbin/dhclient")
                     "-d" "-nw" "-I"
                     #$(string-append "-" version)
                     "-pf" "/run/dhclient.pid"
                     #$@(if config-file (list "-cf" config-file) '())
                     #$@(if (eq? 'all interfaces) '() interfaces))
               #:pid-file "/run/dhclient.pid"))
     (stop #~(make-kill-destructor)))))

(define dhcp-client-service-type
  (service-type
   (name 'dhcp-client)
   (extensions
    (list (service-extension shepherd-root-service-type
                             (compose list dhcp-client-shepherd-service))))
   (default-value (dhcp-client-configuration))
   (description "Ask for addresses with dhclient; dhcpcd has taken its
place.")))

;;;
;;; dhcpd(8).
;;;

(define-record-type* <dhcpd-configuration>
  dhcpd-configuration make-dhcpd-configuration
  dhcpd-configuration?
  (package       dhcpd-configuration-package
                 (default isc-dhcp))
  (config-file   dhcpd-configuration-config-file
                 (default #f))
  (version       dhcpd-configuration-version
                 (default "4"))
  (run-directory dhcpd-configuration-run-directory
                 (default "/run/dhcpd"))
  (lease-file    dhcpd-configuration-lease-file
                 (default "/var/db/dhcpd.leases"))
  (pid-file      dhcpd-configuration-pid-file
                 (default "/run/dhcpd/dhcpd.pid"))
  (interfaces    dhcpd-configuration-interfaces
                 (default '())))

(define (dhcpd-shepherd-service configuration)
  "Return the service that runs dhcpd."
  (match-record configuration <dhcpd-configuration>
      (package config-file version lease-file pid-file interfaces)
    (shepherd-service
     (documentation "Hand out addresses.")
     (provision (list (string->symbol
                       (string-append "dhcpv" version "-daemon"))))
     (requirement '(networking))
     (start #~(make-forkexec-constructor
               (list #$(file-append package "/sbin/dhcpd")
                     #$(string-append "-" version)
                     "-lf" #$lease-file
                     "-pf" #$pid-file
                     "-cf" #$config-file
                     #$@interfaces)
               #:pid-file #$pid-file))
     (stop #~(make-kill-destructor)))))

(define (dhcpd-activation configuration)
  "Return a gexp that makes what dhcpd writes to."
  (match-record configuration <dhcpd-configuration> (run-directory lease-file)
    #~(begin
        (use-modules (guix build utils))
        (mkdir-p #$run-directory)
        (unless (file-exists? #$lease-file)
          (mkdir-p (dirname #$lease-file))
          (call-with-output-file #$lease-file (const #t))))))

(define dhcpd-service-type
  (service-type
   (name 'dhcpd)
   (extensions
    (list (service-extension shepherd-root-service-type
                             (compose list dhcpd-shepherd-service))
          (service-extension activation-service-type dhcpd-activation)))
   (description "Hand out addresses with dhcpd.")))
