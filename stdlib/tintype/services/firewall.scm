;;; SPDX-License-Identifier: GPL-3.0-or-later
;;;
;;; What network traffic is let through.

(define-module (tintype services firewall)
  #:use-module (tintype services checks)
  #:use-module (guix gexp)
  #:use-module (guix records)
  #:use-module (gnu services)
  #:use-module (gnu services shepherd)
  #:use-module ((gnu packages linux) #:select (iptables nftables))
  #:use-module (srfi srfi-1)
  #:use-module (ice-9 match)
  #:export (iptables-configuration
            iptables-configuration?
            iptables-configuration-iptables
            iptables-configuration-ipv4-rules
            iptables-configuration-ipv6-rules
            iptables-service-type

            %default-nftables-ruleset
            nftables-configuration
            nftables-configuration?
            nftables-configuration-package
            nftables-configuration-debug-levels
            nftables-configuration-ruleset
            nftables-service-type))

(define %iptables-accept-all-rules
  (plain-file "iptables-accept-all.rules" "\
*filter
:INPUT ACCEPT
:FORWARD ACCEPT
:OUTPUT ACCEPT
COMMIT
"))

(define-record-type* <iptables-configuration>
  iptables-configuration make-iptables-configuration
  iptables-configuration?
  (iptables   iptables-configuration-iptables
              (default iptables))
  (ipv4-rules iptables-configuration-ipv4-rules
              (default %iptables-accept-all-rules))
  (ipv6-rules iptables-configuration-ipv6-rules
              (default %iptables-accept-all-rules)))

(define (iptables-shepherd-service configuration)
  "Return the service that sets the rules; stopping it lets all through."
  (match-record configuration <iptables-configuration>
      (iptables ipv4-rules ipv6-rules)
    (let ((iptables-restore  (file-append iptables "/sbin/iptables-restore"))
          (ip6tables-restore (file-append iptables "/sbin/ip6tables-restore")))
      (shepherd-service
       (documentation "Apply the rules for packets.")
       (provision '(iptables))
       (start #~(lambda _
                  (invoke #$iptables-restore #$ipv4-rules)
                  (invoke #$ip6tables-restore #$ipv6-rules)))
       (stop #~(lambda _
                 (invoke #$iptables-restore #$%iptables-accept-all-rules)
                 (invoke #$ip6tables-restore
                         #$%iptables-accept-all-rules)))))))

(define iptables-service-type
  (shepherd-service-type
   'iptables
   iptables-shepherd-service
   (iptables-configuration)
   (description "Filter packets with iptables.")))

;; Whoever was asked may answer, and administrators may log in.
(define %default-nftables-ruleset
  (plain-file "nftables.conf" "\
table inet filter {
  chain input {
    type filter hook input priority 0; policy drop;

    ct state invalid drop
    ct state { established, related } accept
    iif lo accept
    ip protocol icmp accept
    meta l4proto ipv6-icmp accept
    tcp dport ssh accept
    reject with icmpx type port-unreachable
  }
  chain forward {
    type filter hook forward priority 0; policy drop;
  }
  chain output {
    type filter hook output priority 0; policy accept;
  }
}
"))

(define %debug-levels
  '(scanner parser eval netlink mnl proto-ctx segtree all))

(define (debug-levels? value)
  (and (list? value)
       (every (lambda (level) (memq level %debug-levels)) value)))

(define-record-type* <nftables-configuration>
  nftables-configuration make-nftables-configuration
  nftables-configuration?
  (package      nftables-configuration-package
                (default nftables)
                (sanitize (checked file-like? 'package)))
  (debug-levels nftables-configuration-debug-levels
                (default %unset-value)
                (sanitize (checked (maybe debug-levels?) 'debug-levels)))
  (ruleset      nftables-configuration-ruleset
                (default %default-nftables-ruleset)
                (sanitize (checked file-like? 'ruleset))))

(define (nftables-shepherd-service configuration)
  "Return the service that sets the rules."
  (match-record configuration <nftables-configuration>
      (package debug-levels ruleset)
    (let ((nft (file-append package "/sbin/nft")))
      (shepherd-service
       (documentation "Apply the rules for packets.")
       (provision '(nftables))
       (actions (list (shepherd-configuration-action ruleset)))
       (start #~(lambda _
                  (invoke #$nft
                          #$@(if (maybe-value-set? debug-levels)
                                 (list (string-append
                                        "--debug="
                                        (string-join (map symbol->string
                                                          debug-levels)
                                                     ",")))
                                 '())
                          "--file" #$ruleset)))
       (stop #~(lambda _
                 (invoke #$nft "flush" "ruleset")))))))

(define nftables-service-type
  (service-type
   (name 'nftables)
   (extensions
    (list (service-extension shepherd-root-service-type
                             (compose list nftables-shepherd-service))
          (service-extension profile-service-type
                             (compose list nftables-configuration-package))))
   (default-value (nftables-configuration))
   (description "Filter packets with nftables.")))
