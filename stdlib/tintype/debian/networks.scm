;;; SPDX-License-Identifier: GPL-3.0-or-later
;;;
;;; Networks as systemd-networkd has them (systemd.network(5)).

(define-module (tintype debian networks)
  #:use-module (gnu services base)
  #:use-module (srfi srfi-1)
  #:use-module (ice-9 match)
  #:export (static-networking->contributions
            dhcp->contributions))

(define (network-file name text)
  `(file ,(string-append "/etc/systemd/network/" name ".network")
         #o644 "root" "root"
         (plain-file "network" ,text)))

(define %networkd
  '((enable "systemd-networkd.service")))

(define (lines key values)
  (string-concatenate
   (map (lambda (value) (string-append key value "\n")) values)))

(define (route->string route)
  (string-append "\n[Route]\n"
                 (if (string=? "default" (network-route-destination route))
                     (if (network-route-ipv6? route)
                         "Destination=::/0\n"
                         "Destination=0.0.0.0/0\n")
                     (lines "Destination="
                            (list (network-route-destination route))))
                 (lines "Gateway=" (filter string?
                                          (list (network-route-gateway route))))
                 (lines "PreferredSource="
                        (filter string? (list (network-route-source route))))))

(define (same-device? device)
  (lambda (thing)
    (equal? device (network-address-device thing))))

(define (route-device route addresses)
  "Return the device of ROUTE: its own, or that of the first of ADDRESSES."
  (or (network-route-device route)
      (match addresses
        ((first . _) (network-address-device first))
        (() #f))))

;; The loopback device needs no word.
(define (external? address)
  (not (string=? "lo" (network-address-device address))))

(define (static-networking->contributions networking)
  "Return the contributions of NETWORKING, a <static-networking>."
  (let* ((addresses (filter external? (static-networking-addresses networking)))
         (routes    (static-networking-routes networking))
         (servers   (static-networking-name-servers networking)))
    (append
     (map (lambda (device)
            (network-file
             (string-append "20-" device)
             (string-append
              "# Made from the definition of the operating system.\n"
              "[Match]\nName=" device "\n\n[Network]\n"
              (lines "Address="
                     (map network-address-value
                          (filter (same-device? device) addresses)))
              (string-concatenate
               (map route->string
                    (filter (lambda (route)
                              (equal? device (route-device route addresses)))
                            routes))))))
          (delete-duplicates (map network-address-device addresses)))
     (if (null? servers)
         '()
         `((file "/etc/resolv.conf" #o644 "root" "root"
                 (plain-file "resolv.conf" ,(lines "nameserver " servers)))))
     ;; The kernel's own names of devices, where the definition has them.
     (if (any (lambda (address)
                (string-prefix? "eth" (network-address-device address)))
              addresses)
         '((link "/etc/systemd/network/99-default.link" "/dev/null"))
         '())
     (if (null? addresses) '() %networkd))))

(define dhcp->contributions
  `(,(network-file "80-dhcp" "\
# Made from the definition of the operating system.
[Match]
Type=ether

[Network]
DHCP=yes
")
    (debian "systemd-resolved")
    (enable "systemd-resolved.service")
    (link "/etc/resolv.conf" "../run/systemd/resolve/stub-resolv.conf")
    ,@%networkd))
